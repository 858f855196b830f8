// What is there of what the files are about: asked a few at a time.
import type { Talk } from '../call.ts'
import { credentialInput } from '../credential-flags.ts'
import type { LocalFault } from '../exit.ts'
import type { Fields } from '../json-file.ts'
import type { Answer } from '../plane/operations.ts'
import { ProblemFailure } from '../plane/problem.ts'
import { check } from './check.ts'
import { closest } from './closest.ts'
import { faulty, type Wanted } from './read.ts'
import { written } from './schema.ts'
import type { CredentialThere, PolicyThere, There } from './steps.ts'

const atOnce = 6

export async function whatIsThere(call: Talk, wanted: Wanted): Promise<There> {
  const ids = [...wanted.credentials.keys()]
  if (ids.length > 0) settingsKnown(wanted, (await call.ask('providers.list')).items)
  const credentials = new Map<string, CredentialThere>()
  await few(ids, async id => {
    const one = await credentialThere(call, id)
    if (one !== null) credentials.set(id, one)
  })
  return {
    credentials,
    twoPerson: wanted.twoPerson === null ? null : await rulesThere(call),
    signals: wanted.signals === null ? null : await signalsThere(call),
  }
}

async function rulesThere(call: Talk): Promise<PolicyThere> {
  const { etag, value } = await call.plane.answer('settings.get', {})
  return { record: value.twoPerson, etag }
}

async function signalsThere(call: Talk): Promise<PolicyThere> {
  const { etag, value } = await call.plane.answer('signalPolicy.get', {})
  return { record: signalsOf(value), etag }
}

/** null: it is not registered. */
async function credentialThere(call: Talk, id: string): Promise<CredentialThere | null> {
  try {
    const { etag, value } = await call.plane.answer('credentials.get', { params: { id } })
    const { items } = await call.ask('consumers.list', { params: { credential: id } })
    return { record: credentialInput(value), etag, consumers: new Map(items.map(one => [one.id, one])) }
  } catch (error) {
    if (error instanceof ProblemFailure && error.status === 404) return null
    throw error
  }
}

/** Without what is usual, which is shown and cannot be said. */
export const signalsOf = ({ groupMs, killsPerHour, reactions }: Answer<'signalPolicy.get'>): Fields => ({
  reactions,
  killsPerHour,
  groupMs,
})

/** What the provider takes is known only there; a misspelt setting is named before anything is sent. */
function settingsKnown({ credentials }: Wanted, providers: Answer<'providers.list'>['items']): void {
  const kinds = providers.map(one => one.kind)
  const faults = [...credentials].flatMap(([id, { record }]): LocalFault[] => {
    const kind = String(record['provider'])
    const provider = providers.find(one => one.kind === kind)
    if (provider === undefined) {
      const meant = closest(kind, kinds)
      const how = meant === null ? `There are ${[...kinds].sort().join(', ')}.` : `Did you mean ${meant}?`
      return [{ at: `credentials.${id}.provider`, text: `"${kind}" is not there`, how }]
    }
    return check(written(provider.settings), record['settings'], `credentials.${id}.settings`)
  })
  if (faults.length > 0) throw faulty(faults)
}

async function few<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, left.length) }, work))
}
