// From what is and what is wanted to what has to be done, step by step: each is one request, with all that it changes.
import { consumerInput } from '../consumer-flags.ts'
import type { Fields } from '../json-file.ts'
import { type Change, differences } from '../show/changes.ts'
import type { Wanted } from './read.ts'

export interface There {
  credentials: ReadonlyMap<string, CredentialThere>
  twoPerson: PolicyThere | null
  signals: PolicyThere | null
}

export interface PolicyThere {
  record: Fields
  etag: string | null
}

export interface CredentialThere {
  record: Fields
  etag: string | null
  consumers: ReadonlyMap<string, Fields>
}

interface Changing {
  /** Of something new: what it begins with. */
  changes: readonly Change[]
}

export type Step = Changing &
  (
    | { do: 'register'; credential: string; record: Fields; consumers: readonly (Fields & { id: string })[] }
    | { do: 'change'; credential: string; record: Fields; etag: string | null }
    | { do: 'add-consumer'; credential: string; consumer: string; record: Fields }
    /** `before`: what it was compared with. */
    | { do: 'change-consumer'; credential: string; consumer: string; record: Fields; before: Fields }
    | { do: 'remove-consumer'; credential: string; consumer: string }
    | { do: 'two-person' | 'signals'; record: Fields; etag: string | null }
  )

export interface Steps {
  steps: readonly Step[]
  /** Credentials, consumers and policies that are as they should be. */
  same: number
  /** Consumers that the files do not name, of credentials that they do: left alone unless they are to go. */
  unnamed: readonly { credential: string; consumer: string }[]
}

export function stepsTo(wanted: Wanted, there: There, prune: boolean): Steps {
  const steps: Step[] = []
  const unnamed: { credential: string; consumer: string }[] = []
  let same = 0
  const add = (step: Step | null) => {
    if (step === null) same++
    else steps.push(step)
  }
  for (const [credential, { consumers, record }] of wanted.credentials) {
    const known = there.credentials.get(credential)
    if (known === undefined) {
      for (const step of registering(credential, record, consumers)) add(step)
      continue
    }
    add(changed(credential, record, known))
    for (const [consumer, one] of consumers)
      add(consumerStep(credential, consumer, one, known.consumers.get(consumer)))
    for (const consumer of known.consumers.keys())
      if (!consumers.has(consumer)) unnamed.push({ credential, consumer })
  }
  if (prune) steps.push(...unnamed.map((one): Step => ({ do: 'remove-consumer', changes: [], ...one })))
  if (wanted.twoPerson !== null) add(policyStep('two-person', wanted.twoPerson, there.twoPerson))
  if (wanted.signals !== null) add(policyStep('signals', wanted.signals, there.signals))
  return { steps, same, unnamed: prune ? [] : unnamed }
}

/** What one request may hold, with room for what is around it. */
const mostBytes = 200_000

function registering(credential: string, record: Fields, consumers: ReadonlyMap<string, Fields>): Step[] {
  const all = [...consumers].map(([id, one]) => ({ id, ...one }))
  const isOne = JSON.stringify([record, all]).length <= mostBytes
  const first: Step = {
    do: 'register',
    credential,
    record,
    consumers: isOne ? all : [],
    changes: differences({}, isOne ? { ...record, consumers: Object.fromEntries(consumers) } : record),
  }
  const later = isOne ? [] : all.map(({ id, ...one }) => consumerStep(credential, id, one, undefined)!)
  return [first, ...later]
}

/** null: it is as it should be. */
function changed(credential: string, record: Fields, { etag, record: before }: CredentialThere): Step | null {
  const changes = differences(before, record)
  return changes.length === 0 ? null : { do: 'change', credential, record, etag, changes }
}

function consumerStep(
  credential: string,
  consumer: string,
  record: Fields,
  before: Fields | undefined,
): Step | null {
  if (before === undefined)
    return { do: 'add-consumer', credential, consumer, record, changes: differences({}, record) }
  const known = consumerInput(before)
  // Names that were claimed for it are its own, unless the file gives others.
  const asked =
    record['seenAs'] === undefined && known['seenAs'] !== undefined
      ? { ...record, seenAs: known['seenAs'] }
      : record
  const changes = differences(known, asked)
  return changes.length === 0
    ? null
    : { do: 'change-consumer', credential, consumer, record: asked, before: known, changes }
}

function policyStep(what: 'signals' | 'two-person', record: Fields, there: PolicyThere | null): Step | null {
  const changes = differences(there?.record ?? {}, record)
  return changes.length === 0 ? null : { do: what, record, etag: there?.etag ?? null, changes }
}
