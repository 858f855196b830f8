// The same target, as networks and vendors make it: it does not answer, answers late, does it and says that it failed, says
// that it did and lies, loses the value it made, makes two where one was asked for, is down for hours.
import { secondMs } from '@rekey/core'
import { type AutomaticProvider, type Context, type Operation, ProviderError } from '@rekey/providers'
import type { Dice } from '../dice.ts'
import type { Timeline } from '../timeline.ts'
import type { Target } from './target.ts'

export interface Unreliable {
  /** Faults strike; false in the calm that follows, and in which everything has to end. */
  stormy: () => boolean
  /** How often it fails, against the usual. */
  hostility: number
  /** What somebody wishes to see fail: until a person has seen to it, or for a while. */
  failing: (verb: string) => 'for-good' | 'for-now' | null
  /** For minutes or hours nobody reaches it. */
  isDown: () => boolean
  timeline: Timeline
  dice: Dice
  /** Right before the target does something: who does it, and what. */
  arriving: (verb: Changing, handle: string | null, key: string | null) => void
  /** What the target answered to a probe; null: nothing so far. */
  probed: (answer: string | null) => void
  /** It told who used what. */
  told: () => void
  /** It said of this handle that it is gone, or of this key that another handle is its value. */
  lied: (about: string) => void
  /** Somebody watches the boundaries of each call; never kept when the caller died there. */
  boundary: (what: string) => Promise<void>
}

export type Changing = 'mint' | 'disable' | 'enable' | 'endSessions' | 'destroy'

const chance = 0.035
/** For so long a node of the target may not have heard of a new value. */
const notYetMs = 20 * 60 * secondMs

export function faulty(target: Target, world: Unreliable): AutomaticProvider {
  const { plain, abilities } = target
  const minted = new Map<string, number>()
  const strikes = (name: string, of = chance) =>
    world.stormy() && world.dice.strikes(`target.${name}`, of * world.hostility)

  const fail = (verb: string) => {
    const how = world.stormy() ? world.failing(verb) : null
    if (how === 'for-good') throw new ProviderError('denied', 'the target denies it')
    if (how === 'for-now' && strikes(`${verb}.failing`, 0.7))
      throw new ProviderError('unreachable', 'no route')
  }
  const reach = async (verb: string, context: Context) => {
    await world.boundary(`${verb}:before`)
    // Whoever was held up for longer than the call may last sends nothing any more.
    if (context.signal.aborted) throw new ProviderError('timeout', 'the time for the call is over')
    if (world.isDown()) throw new ProviderError('unreachable', 'the target is down')
    if (strikes(`${verb}.unreachable`)) throw new ProviderError('unreachable', 'the connection was refused')
    if (strikes(`${verb}.rate-limited`)) throw new ProviderError('rate-limited', 'too many requests')
    if (strikes(`${verb}.slow`)) {
      await world.timeline.after(world.dice.between('target.delay', 1, 15) * secondMs)
      // Whoever has hung up is not served any more.
      if (context.signal.aborted) throw new ProviderError('timeout', 'the time for the call is over')
    }
    if (strikes(`${verb}.hang`)) await hung(context)
  }

  const change = async <T>(
    verb: Changing,
    context: Context,
    handle: string | null,
    key: string | null,
    act: () => Promise<T>,
    lie: () => T,
    value: () => string,
  ): Promise<T> => {
    await reach(verb, context)
    fail(verb)
    if (strikes(`${verb}.rejected`, chance / 3))
      throw new ProviderError('rejected', 'the target will not do that')
    if (strikes(`${verb}.lie`, 2 * chance)) return lie()
    world.arriving(verb, handle, key)
    const answer = await act()
    await world.boundary(`${verb}:after`)
    if (strikes(`${verb}.answer-lost`)) throw new ProviderError('timeout', 'the answer was lost')
    // Other people's errors may say anything, a value included.
    if (strikes(`${verb}.babble`)) throw new Error(`could not parse {"secret":"${value()}"}`)
    if (strikes(`${verb}.hang-after`)) await hung(context)
    return answer
  }
  const flip = (verb: Exclude<Changing, 'mint'>) => {
    const act = plain[verb]
    if (act === undefined) return {}
    return {
      [verb]: (context: Context, handle: string) =>
        change(
          verb,
          context,
          handle,
          null,
          () => act.call(plain, context, handle),
          () => {
            if (verb === 'destroy') world.lied(handle)
          },
          () => target.world.versions.find(one => one.handle === handle)?.value ?? '',
        ),
    }
  }

  return {
    ...plain,
    async mint(context: Context, operation: Operation) {
      const lie = () => {
        world.lied(operation.key)
        return { handle: `${operation.credential}-nowhere`, secret: null }
      }
      // Where the target makes the value, an answer without it is an error that any provider sees.
      const honest = abilities.secretFrom === 'target'
      const act = async () => {
        const made = await plain.mint(context, operation)
        minted.set(made.handle, world.timeline.nowMs())
        if (strikes('mint.twice')) twin(target, operation.key)
        if (strikes('mint.fewer-rights')) poorer(target, operation.key)
        return made
      }
      const value = () => target.world.versions.at(-1)?.value ?? ''
      return change('mint', context, null, operation.key, act, honest ? () => lost() : lie, value)
    },
    async find(context, operation) {
      await reach('find', context)
      if (strikes('find.ambiguous')) return { is: 'ambiguous', text: 'two candidates bear the mark' }
      return plain.find(context, operation)
    },
    async probe(context, handle, secret) {
      await world.boundary('probe:before')
      world.probed(null)
      fail('probe')
      if (world.isDown() || strikes('probe.unreachable', 2 * chance)) return 'unreachable'
      if (strikes('probe.hang', 2 * chance)) await hung(context)
      // It has not heard of the new value everywhere yet.
      const ageMs = world.timeline.nowMs() - (minted.get(handle) ?? Number.NEGATIVE_INFINITY)
      const isYoung = ageMs < notYetMs && abilities.propagationMs > 0
      const answer =
        isYoung && strikes('probe.not-yet', 0.3) ? 'refused' : await plain.probe(context, handle, secret)
      world.probed(answer)
      return answer
    },
    ...flip('disable'),
    ...flip('enable'),
    ...flip('endSessions'),
    ...flip('destroy'),
    ...(plain.list !== undefined && {
      async list(context: Context, credential: string) {
        await reach('list', context)
        return plain.list!(context, credential)
      },
    }),
    ...(plain.compareRights !== undefined && {
      async compareRights(context: Context, old: string, fresh: string) {
        await reach('compareRights', context)
        fail('compareRights')
        return plain.compareRights!(context, old, fresh)
      },
    }),
    ...(plain.usage !== undefined && {
      async usage(context: Context, handles: readonly string[], sinceMs: number) {
        await reach('usage', context)
        const told = await plain.usage!(context, handles, sinceMs)
        world.told()
        const knownMs = world.timeline.nowMs() - abilities.usageLagMs
        const sightings = told.sightings
          .filter(one => one.atMs < knownMs)
          .map(one => (abilities.usage === 'perCaller' ? one : { ...one, seenAs: null, instance: null }))
        return { sightings, covered: abilities.usage === 'perCaller' ? told.covered : null }
      },
    }),
  } as AutomaticProvider
}

function lost(): never {
  throw new ProviderError('unexpected', 'the answer holds no value')
}

/** A proxy repeated the request: two values under one operation key. */
function twin(target: Target, key: string): void {
  const { versions } = target.world
  const first = versions.find(one => one.operation === key)
  const live = versions.filter(one => one.state !== 'gone').length
  if (
    first === undefined ||
    target.abilities.maxLive <= live ||
    versions.some(one => one.handle === `${first.handle}-b`)
  )
    return
  versions.push({ ...first, handle: `${first.handle}-b`, value: `${first.value}-b`, sessions: [] })
}

function poorer(target: Target, key: string): void {
  const version = target.world.versions.find(one => one.operation === key)
  if (version !== undefined) version.rights = ['read']
}

/** No answer ever: the call ends when its time is over. */
function hung({ signal }: Context): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new ProviderError('timeout', 'no answer'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}
