// What the control plane found wrong, by field: it names places in what was sent as JSON pointers.
import type { Problem } from '@rekey/wire'
import { faultsOfSettings } from './schema-read.ts'

/** `/body/credential/policy/everyMs` as `policy.everyMs`. What it says of settings is taken apart into `settings.nodes.0.host`. */
export function placesOf({ faults = [] }: Pick<Problem, 'faults'>): Record<string, string> {
  const at: Record<string, string> = {}
  for (const fault of faults) {
    const place = placeOf(fault.at)
    if (place === null) continue
    if (place === 'settings') {
      const settings = faultsOfSettings([fault])
      for (const [name, text] of Object.entries(settings.at)) at[`settings.${name}`] ??= text
      if (settings.rest.length > 0) at['settings'] ??= fault.text
      continue
    }
    at[place] ??= `${capital(fault.text)}${/[.!?]$/.test(fault.text) ? '' : '.'} ${fault.how}`.trim()
  }
  return at
}

function placeOf(pointer: string | undefined): string | null {
  const found = /^\/body(?:\/credential)?\/(.+)$/.exec(pointer ?? '')
  return found === null ? null : found[1]!.split('/').join('.')
}

const capital = (text: string) => (text === '' ? '' : text[0]!.toUpperCase() + text.slice(1))

/** Those under a place, by what is left of their own: of `policy.everyMs` under `policy`, `everyMs`. */
export function under(places: Readonly<Record<string, string>>, place: string): Record<string, string> {
  const begin = `${place}.`
  return Object.fromEntries(
    Object.entries(places).flatMap(([at, text]) =>
      at.startsWith(begin) ? [[at.slice(begin.length), text]] : [],
    ),
  )
}
