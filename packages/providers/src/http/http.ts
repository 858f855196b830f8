// Any vendor's API, as one file describes it. A vendor makes a second key where it is asked twice, so what was asked is looked for
// by its name before it is asked again; and a value that was given once, to somebody who died, is lost and never guessed.
import type { Abilities, Verb } from '@rekey/core'
import { markIn, markOf, nameOf } from '../naming.ts'
import {
  type Context,
  defineProvider,
  type Found,
  type Guide,
  type Operation,
  type Provider,
  ProviderError,
} from '../provider.ts'
import { lastUses } from './last-use.ts'
import { type Item, listed, textAt } from './listing.ts'
import { statusOf, troubleOf } from './meaning.ts'
import { minted } from './minting.ts'
import { probed } from './probing.ts'
import { requestsOf } from './requests.ts'
import { newSshKey, publicKeyOf } from './ssh-key.ts'
import { filledText } from './template.ts'
import { settingsOf } from './vendor-faults.ts'
import type { ChangeSpec, Vendor } from './vendor-file.ts'

export function httpProvider(vendor: Vendor): Provider {
  const { verbs, byHand, value } = vendor
  const requests = requestsOf(vendor)
  const list = (context: Context) => listed(vendor, requests, context)

  async function find(context: Context, operation: Operation): Promise<Found> {
    const name = nameFor(vendor, context, operation)
    const named = (await list(context)).filter(item => item.name === name)
    // Where it came to the vendor twice, either is it: the sweep clears the other away.
    const [ours] = named.filter(item => isOf(item, operation))
    if (ours !== undefined) return { is: 'done', handle: ours.handle }
    return named.length === 0 ? { is: 'not-started' } : { is: 'ambiguous', text: foreign(name) }
  }

  /** What stands there now is read first, where a change has to repeat it. */
  async function change(context: Context, spec: ChangeSpec, handle: string): Promise<void> {
    const { current, ...request } = spec
    const before =
      current === undefined ? {} : { current: (await requests.asAdmin(context, current, { handle })).body }
    await requests.asAdmin(context, request, { handle, ...before })
  }

  async function notTheAdmin(context: Context, handle: string): Promise<void> {
    const { self } = vendor.admin
    if (self === undefined) return
    const answer = await requests.tried(context, self)
    const trouble = troubleOf(answer.status, statusOf(vendor, answer), requests.placeOf(context))
    // Refused, or not there: then it is not one of the keys that are listed here.
    if (answer.status >= 500 && trouble !== null) throw trouble
    if (answer.status >= 300 || textAt(self.handle, answer.body) !== handle) return
    throw new ProviderError('rejected', `${handle} is the admin secret itself: it is not rotated here`)
  }

  const { mint, usage, disable, enable } = verbs
  return defineProvider({
    kind: vendor.kind,
    title: vendor.title,
    settings: settingsOf(vendor),
    abilities: abilitiesOf(vendor),
    provedAgainst: vendor.provedAgainst === 'contract' ? 'contract' : 'server',
    secretBytes: 32,
    find,
    ...(value === 'ssh-ed25519' && { newSecret: newSshKey }),
    ...(mint !== undefined && {
      async mint(context, operation) {
        const known = await find(context, operation)
        if (known.is === 'ambiguous') throw new ProviderError('rejected', known.text)
        if (known.is === 'done') return { handle: known.handle, secret: null }
        return minted(mint, value, requests, context, operation, nameFor(vendor, context, operation))
      },
    }),
    probe: (context, handle, secret) => probed(vendor, requests, context, handle, secret),
    async list(context) {
      return (await list(context)).flatMap(({ handle, name, isOurs }) => {
        const mark = name === null || !isOurs ? null : markIn(naming(vendor, context), context, name)
        return mark === null ? [] : [{ handle, mark }]
      })
    },
    ...(usage !== undefined && {
      usage: (context, handles, sinceMs) => lastUses(vendor, requests, context, handles, sinceMs),
    }),
    ...(disable !== undefined &&
      enable !== undefined && {
        async disable(context, handle) {
          await notTheAdmin(context, handle)
          await change(context, disable, handle)
        },
        enable: (context, handle) => change(context, enable, handle),
      }),
    async destroy(context, handle) {
      await notTheAdmin(context, handle)
      try {
        await change(context, verbs.destroy, handle)
      } catch (error) {
        // It may be gone already; "not there" alone is no proof, for that is also said to those who may not see it.
        const mayBeGone = error instanceof ProviderError && error.code === 'rejected'
        if (!mayBeGone || (await list(context)).some(item => item.handle === handle)) throw error
      }
    },
    ...(byHand !== undefined && {
      guide: (context, verb, operation) => guideFor(vendor, context, verb, operation),
    }),
  })
}

function abilitiesOf({ verbs, byHand, value, abilities }: Vendor): Abilities {
  return {
    ...abilities,
    secretFrom: value === 'target' ? 'target' : 'us',
    canDisable: verbs.disable !== undefined,
    canEndSessions: false,
    canList: true,
    canCompareRights: false,
    usage: verbs.usage === undefined ? 'none' : 'lastUsed',
    byHand: byHand === undefined ? [] : ['mint'],
    ...(byHand !== undefined && { byHandMs: byHand.mint.withinMs }),
  }
}

const naming = ({ longestName }: Vendor, { settings }: Pick<Context, 'settings'>) => ({
  prefix: String(settings['prefix']),
  longest: longestName,
})

const nameFor = (vendor: Vendor, context: Pick<Context, 'settings' | 'owner'>, operation: Operation) =>
  nameOf(naming(vendor, context), context, operation)

/** A key pair is known by its public half as well: a key of that name that holds another is somebody else's. */
function isOf({ isOurs, publicKey }: Item, { secret }: Operation): boolean {
  if (!isOurs || publicKey === null || secret === null) return isOurs
  const expected = publicKeyOf(secret)
  return expected === null || publicKey.split(' ').slice(0, 2).join(' ') === expected
}

function guideFor(
  vendor: Vendor,
  context: Pick<Context, 'settings' | 'owner'>,
  verb: Verb,
  operation: Operation,
): Guide {
  if (verb !== 'mint' || vendor.byHand === undefined) {
    throw new ProviderError('rejected', `${vendor.title}: nobody is needed for ${verb}, it is done by itself`)
  }
  const { steps } = vendor.byHand.mint
  const { version, key } = operation
  const named = { name: nameFor(vendor, context, operation), mark: markOf(key), version, key }
  const scope = { settings: context.settings, operation: named }
  return { steps: steps.map(step => filledText(step, scope)), asks: ['value'], name: named.name }
}

const foreign = (name: string) =>
  `there is a key ${name} that Rekey did not make: rename or delete it, or choose another "prefix"`
