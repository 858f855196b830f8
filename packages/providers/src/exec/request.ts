// What a plugin is asked: one line of JSON, or the same as lines of NAME=VALUE, which a shell reads without a parser.
import { type Context, ProviderError } from '../provider.ts'
import type { Plugin } from './plugin.ts'

export interface Request {
  text: string
  /** Every value that stands in it: none of them may come back. */
  values: readonly string[]
}

/** `asked` is what the verb itself needs; a value in it stands under "secret". */
export async function requestOf(
  plugin: Plugin,
  context: Context,
  verb: string,
  asked: Record<string, unknown>,
): Promise<Request> {
  const admin: Record<string, string> = {}
  for (const setting of plugin.admin) {
    const name = context.settings[setting]
    if (typeof name === 'string') admin[setting] = (await context.admin(name)).reveal()
  }
  const { owner, settings } = context
  const whole = { rekey: 1, verb, owner, nowMs: context.nowMs(), settings, ...asked, admin }
  return {
    text: `${plugin.format === 'json' ? JSON.stringify(whole) : lines(plugin, whole).join('\n')}\n`,
    values: [...Object.values(admin), ...secretsIn(asked)],
  }
}

function secretsIn(asked: Record<string, unknown>): string[] {
  return Object.entries(asked).flatMap(([name, value]) => {
    if (name === 'secret' && typeof value === 'string') return [value]
    return typeof value === 'object' && value !== null ? secretsIn({ ...value }) : []
  })
}

/** A name within a name is joined by a dot; a list of simple values is as many lines of one name; what is null is left out. */
function lines(plugin: Plugin, given: unknown, name = ''): string[] {
  if (given === null || given === undefined) return []
  const under = (inner: string) => (name === '' ? inner : `${name}.${inner}`)
  if (Array.isArray(given)) {
    return given.flatMap((one, at) => lines(plugin, one, typeof one === 'object' ? under(String(at)) : name))
  }
  if (typeof given === 'object') {
    return Object.entries(given).flatMap(([inner, value]) => lines(plugin, value, under(inner)))
  }
  const line = `${name}=${String(given)}`
  if (!/[\n\r\0]/.test(line)) return [line]
  throw new ProviderError(
    'rejected',
    `the plugin ${plugin.kind} is asked in lines, and ${name.replace(/[\n\r\0]/g, ' ')} has a line break in it: take it out, or let the plugin read JSON`,
  )
}
