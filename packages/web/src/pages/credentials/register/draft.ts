// A credential that is being registered, as it is typed: all of it but its value, which is in no draft.
import type { BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../../parts/id.ts'
import { idFrom } from '../../../parts/owner-draft.ts'
import { readSettings } from '../../../parts/schema-read.ts'
import type { Schema, TypedGroup } from '../../../parts/schema-shape.ts'
import { type ConsumerDraft, readConsumer } from '../../consumers/draft.ts'
import { type AboutDraft, aboutDraft, readAbout } from '../about-draft.ts'
import { type PolicyDraft, policyDraft, readPolicy } from '../policy-draft.ts'

export interface RegisterDraft {
  provider: string
  settings: TypedGroup
  /** Empty: it follows from the name. */
  id: string
  about: AboutDraft
  hasValue: boolean
  handle: string
  issuedMs: number | null
  policy: PolicyDraft
  consumers: ConsumerDraft[]
}

export const registerDraft = (): RegisterDraft => ({
  provider: '',
  settings: {},
  id: '',
  about: aboutDraft(),
  hasValue: true,
  handle: '',
  issuedMs: null,
  policy: policyDraft(),
  consumers: [],
})

export const idOf = ({ id, about }: RegisterDraft) => (id === '' ? idFrom(about.name) : id)

type Body = BodyOf<typeof routes.credentials.register>

export interface ReadRegister {
  body: Body
  /** By place: `name`, `settings.nodes.0.host`, `existing.value`, `policy.everyMs`, `consumers.0`. */
  faults: Record<string, string>
}

export function readRegister(draft: RegisterDraft, schema: Schema | null, value: string): ReadRegister {
  const faults: Record<string, string> = {}
  const among = (place: string, some: object) => {
    for (const [name, text] of Object.entries(some)) faults[`${place}${name}`] = text as string
  }
  const id = idOf(draft)
  if (schema === null) faults['provider'] = 'Choose what speaks to its target.'
  among('', idFault(id))
  const settings = schema === null ? { value: {}, faults: {} } : readSettings(schema, draft.settings)
  among('settings.', settings.faults)
  const about = readAbout(draft.about)
  among('', about.faults)
  const policy = readPolicy(draft.policy)
  among('policy.', policy.faults)
  if (draft.hasValue && draft.handle.trim() === '')
    faults['existing.handle'] = 'Say what the target calls it.'
  if (draft.hasValue && value === '') faults['existing.value'] = 'Enter it: it is sealed at once.'
  const consumers = draft.consumers.map(readConsumer)
  for (const [at, one] of consumers.entries()) {
    const count = Object.keys(one.faults).length
    if (count > 0) faults[`consumers.${at}`] = Object.values(one.faults)[0]!
    else if (consumers.findIndex(other => other.id === one.id) !== at)
      faults[`consumers.${at}`] = `There is another consumer ${one.id} already.`
  }
  return {
    body: {
      id,
      credential: {
        ...about.about,
        provider: draft.provider,
        settings: settings.value,
        policy: policy.policy,
      },
      consumers: consumers.map(one => ({ id: one.id, ...one.input })),
      ...(draft.hasValue && {
        existing: {
          handle: draft.handle.trim(),
          value,
          ...(draft.issuedMs !== null && { issuedMs: draft.issuedMs }),
        },
      }),
    },
    faults,
  }
}

export const steps = ['provider', 'settings', 'about', 'value', 'policy', 'consumers'] as const
export type Step = (typeof steps)[number]

/** Where on the page a fault stands. */
export function stepOf(place: string): Step {
  if (place === 'provider') return 'provider'
  if (place.startsWith('settings')) return 'settings'
  if (place.startsWith('existing')) return 'value'
  if (place.startsWith('policy')) return 'policy'
  return place.startsWith('consumers') ? 'consumers' : 'about'
}
