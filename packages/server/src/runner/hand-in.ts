// What a person did at the target, where no program can: what has to be done, and the form that reports it. From there on it is
// the same effect under the same operation key, with the same evidence.
import { type Actor, isUnderway, next, type Refusal, type Secret, type Verb } from '@rekey/core'
import { type Guide, type Operation, ProviderError } from '@rekey/providers'
import { contextOf, type Ground } from '../ground.ts'
import { bounded } from './bounded.ts'
import { type Asked, ask } from './commit.ts'
import { type Gathered, gather } from './gather.ts'

export interface HandStep {
  rotation: string
  verb: Verb
  version: number
  /** The target’s own name for it, where it has one already. */
  handle: string | null
  guide: Guide
}

/** What was entered into the form; what the step does not ask for is left out. */
export interface HandedIn {
  handle?: string
  value?: Secret
  answer?: 'accepted' | 'refused'
}

/** null: the rotation waits for no person. */
export async function handStep(ground: Ground, rotation: string): Promise<HandStep | null> {
  const gathered = await gather(ground, rotation)
  const asked = gathered === null ? null : askedOf(ground, gathered)
  if (gathered === null || asked === null) return null
  const { provider, operation, handle, step } = asked
  const context = contextOf(ground, provider, gathered.credential.record, AbortSignal.abort())
  const guide = provider.guide?.(context, step.verb, operation, handle) ?? { steps: [], asks: [] }
  return { rotation, verb: step.verb, version: step.version, handle, guide }
}

export async function handIn(ground: Ground, rotation: string, form: HandedIn, by: Actor): Promise<Asked> {
  if (by.kind !== 'person') return no('needs-person', 'only a person did it by hand', 'sign in as yourself')
  const gathered = await gather(ground, rotation)
  const asked = gathered === null ? null : askedOf(ground, gathered)
  if (gathered === null || asked === null) {
    return no('nothing-by-hand', 'the rotation waits for no step by hand', 'look at what it waits for')
  }
  const { step } = asked
  switch (step.verb) {
    case 'mint':
      return mint(ground, gathered, asked, form, by)
    case 'probe':
      if (form.answer === undefined) {
        return no(
          'no-answer',
          'it does not say what the target answered',
          'try the value, and say accepted or refused',
        )
      }
      return ask(ground, rotation, { do: 'record', key: step.key, outcome: { is: form.answer } }, by)
    default:
      return ask(ground, rotation, { do: 'record', key: step.key, outcome: { is: 'done' } }, by)
  }
}

async function mint(
  ground: Ground,
  gathered: Gathered,
  asked: AskedByHand,
  form: HandedIn,
  by: Actor,
): Promise<Asked> {
  const { step, provider } = asked
  const { value } = form
  if (value === undefined)
    return no('no-value', 'the new value is missing', 'enter the value that the target gave you')
  const credential = gathered.credential.id
  const fingerprint = ground.vault.fingerprint(value)
  const known = gathered.versions.find(version => version.fingerprint === fingerprint)
  if (known !== undefined) {
    return no(
      'known-value',
      `that is the value of version ${known.number}`,
      'make a new one at the target, and enter that',
    )
  }
  const handle = form.handle ?? (await found(ground, gathered, asked))
  if (typeof handle !== 'string') return { ok: false, refusals: [handle] }
  const taken = gathered.versions.find(version => version.handle === handle)
  if (taken !== undefined && provider.abilities.maxLive > 1) {
    return no(
      'known-handle',
      `${handle} is version ${taken.number}`,
      'enter the name of the new one at the target',
    )
  }
  const outcome = { is: 'minted', handle, fingerprint } as const
  return ask(ground, gathered.row.id, { do: 'record', key: step.key, outcome }, by, () => [
    { put: 'sealed', row: ground.vault.seal(credential, step.version, value) },
  ])
}

/** Its name at the target, where the one who made it need not know that. */
async function found(
  ground: Ground,
  { credential }: Gathered,
  { provider, operation }: AskedByHand,
): Promise<string | Refusal> {
  const { find } = provider
  if (find === undefined) {
    return refusal(
      'no-handle',
      'the target’s name for the new value is missing',
      'enter its id or name there',
    )
  }
  try {
    const answer = await bounded(ground, Number.POSITIVE_INFINITY, ({ signal, enter }) => {
      enter()
      return find.call(provider, contextOf(ground, provider, credential.record, signal), operation)
    })
    if (answer.is === 'done') return answer.handle
    return answer.is === 'ambiguous'
      ? refusal('ambiguous', answer.text, 'rename what is not ours, and hand it in again')
      : refusal(
          'not-found',
          'nothing of the name that the steps give is there',
          'make it under exactly that name',
        )
  } catch (error) {
    const text = error instanceof ProviderError ? error.message : 'the target could not be asked'
    return refusal('not-looked-for', text, 'hand it in again once the target answers')
  }
}

interface AskedByHand {
  provider: NonNullable<ReturnType<Ground['providers']['get']>>
  step: { verb: Verb; key: string; version: number }
  operation: Operation
  handle: string | null
}

function askedOf(ground: Ground, { state, credential, versions }: Gathered): AskedByHand | null {
  const provider = ground.providers.get(credential.record.provider)
  if (provider === undefined || !isUnderway(state)) return null
  const { step } = state.progress
  // Asked as of long ago: a step that is late is a step all the same.
  const asked = next(state, 0)
  if (step.kind !== 'effect' || asked.do !== 'resolve' || !asked.byHand) return null
  const { verb, key, version } = asked
  const known = versions.find(one => one.number === version)
  const operation: Operation = {
    key: verb === 'mint' ? key : (known?.operation ?? key),
    credential: credential.id,
    version,
    secret: null,
    intendedMs: ground.nowMs(),
  }
  return { provider, step: { verb, key, version }, operation, handle: known?.handle ?? null }
}

const refusal = (code: string, text: string, how: string): Refusal => ({ code, text, how, missing: [] })
const no = (code: string, text: string, how: string): Asked => ({
  ok: false,
  refusals: [refusal(code, text, how)],
})
