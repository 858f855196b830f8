// Texts that no control plane wrote, thrown at holders: altered, cut off, signed with another key, in another form, for somebody
// else; orders that would take a kill back; rings that would name other keys. And the thief, who has the key itself for a while.
import { createHash } from 'node:crypto'
import { ed25519PrivateKey } from '@rekey/log'
import { type OrderTerms, orderText, ringText, type SigningKey, signed, signingKey } from '@rekey/server'
import { count } from '../coverage.ts'
import { isStormy, type World } from '../world.ts'
import type { Holder } from './holder.ts'
import type { Kills } from './kills.ts'

/** Anybody can make keys. */
const strangers = ['one', 'other'].map(name =>
  signingKey(ed25519PrivateKey(createHash('sha256').update(`a stranger's key, ${name}`).digest())),
) as [SigningKey, SigningKey]

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const event = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'

interface Forging {
  /** An order that control planes did give; null: there is none yet. */
  genuine: string | null
  terms: OrderTerms
  /** The thief's, or a stranger's. */
  key: SigningKey
  kid: string
  serial: number
}

type Forgery = (forging: Forging) => { order: string } | { keys: string } | null

const forgeries: Record<string, Forgery> = {
  'cut off': ({ genuine }) => (genuine === null ? null : { order: genuine.slice(0, -9) }),
  'of half its parts': ({ genuine }) =>
    genuine === null ? null : { order: genuine.split('.').slice(0, 2).join('.') },
  'about another version': ({ genuine, terms }) => {
    const [header, , signature] = genuine?.split('.') ?? []
    const claims = orderText(strangers[0], terms).split('.')[1]
    return genuine === null ? null : { order: `${header}.${claims}.${signature}` }
  },
  "signed with a stranger's key": ({ terms }) => ({ order: orderText(strangers[0], terms) }),
  "signed with a stranger's key, under our name": ({ terms, kid }) => ({
    order: orderText({ ...strangers[0], kid }, terms),
  }),
  'without a signature': ({ terms, kid }) => {
    const [, claims] = orderText(strangers[0], terms).split('.')
    return { order: `${part({ typ: 'secevent+jwt', alg: 'none', kid })}.${claims}.` }
  },
  'with another algorithm': ({ terms, kid }) => {
    const [, claims, signature] = orderText(strangers[0], terms).split('.')
    return { order: `${part({ typ: 'secevent+jwt', alg: 'HS256', kid })}.${claims}.${signature}` }
  },
  'with its own key in the header': ({ terms }) => {
    const [, claims, signature] = orderText(strangers[0], terms).split('.')
    const { kid, jwk } = strangers[0]
    return { order: `${part({ typ: 'secevent+jwt', alg: 'Ed25519', kid, jwk })}.${claims}.${signature}` }
  },
  'of another type': ({ terms, key }) => ({ order: signed(key, 'JWT', claimsOf(terms)) }),
  'for another audience': ({ terms, key }) => ({
    order: signed(key, 'secevent+jwt', { ...claimsOf(terms), aud: 'https://rekey.sim/webhooks' }),
  }),
  'for an audience among others': ({ terms, key }) => ({
    order: signed(key, 'secevent+jwt', { ...claimsOf(terms), aud: ['https://rekey.sim/agents', 'x'] }),
  }),
  'of another issuer': ({ terms, key }) => ({
    order: orderText(key, { ...terms, issuer: 'https://rekey.example' }),
  }),
  'that takes a kill back': ({ terms, key }) => ({ order: changed(key, terms, 'update') }),
  'that makes it anew': ({ terms, key }) => ({ order: changed(key, terms, 'create') }),
  'that is a ring': ({ terms, key, serial }) => ({ order: ring(key, terms, serial) }),
  'ring of his own': ({ terms, key, serial }) => ({ keys: ring(key, terms, serial) }),
  "ring of a stranger's": ({ terms, serial }) => ({ keys: ring(strangers[0], terms, serial) }),
  'ring that is an order': ({ terms, key }) => ({ keys: orderText(key, terms) }),
}
const names = Object.keys(forgeries) as [string, ...string[]]

const claimsOf = (terms: OrderTerms) =>
  JSON.parse(Buffer.from(orderText(strangers[0], terms).split('.')[1]!, 'base64url').toString()) as Record<
    string,
    unknown
  >

function changed(key: SigningKey, terms: OrderTerms, type: string): string {
  const claims = claimsOf(terms)
  const said = (claims['events'] as Record<string, object>)[event]
  return signed(key, 'secevent+jwt', { ...claims, events: { [event]: { ...said, change_type: type } } })
}

const ring = (key: SigningKey, { issuer, atMs }: OrderTerms, serial: number) =>
  ringText({
    issuer,
    serial: serial + 1,
    active: key,
    standBy: strangers[1],
    revoked: [],
    because: 'mine',
    atMs,
  })

/** One of them, at one holder; while the key is stolen it may be signed with that. */
export function forge(world: World, kills: Kills): void {
  const { dice } = world
  const chance = isStormy(world) ? 0.12 : 0.03
  if (kills.holders.length === 0 || !dice.happens('forger.throws', chance)) return
  const holder = kills.holders[dice.between('forger.whom', 0, kills.holders.length - 1)]!
  const { ring } = holder.receiver
  // Who believes the first ring that comes has to be asked before anybody else is.
  if (ring === null) return
  const { key } = kills.thief
  const what = dice.pick('forger.what', names)
  const made = forgeries[what]!({
    genuine: dice.pick('forger.genuine', [null, ...[...kills.killed.values()].map(one => one.text)]) ?? null,
    terms: termsOf(world, ring.issuer),
    key: key !== null && dice.happens('forger.is-thief', 0.7) ? key : strangers[0],
    kid: ring.active.kid,
    serial: ring.serial,
  })
  if (made === null) return
  count(world.coverage.kills, `forged: ${what}`)
  thrown(world, holder, made, 'forger', what)
}

/** An answer says the epoch only: under that of one of ours it would be taken for an answer to ours. */
const farAway = 1_000_000

/** Whoever has the key: orders that are in order, about versions that nobody killed. */
export function thieve(world: World, kills: Kills): void {
  const { dice } = world
  const { thief, holders } = kills
  if (thief.key === null || holders.length === 0 || !dice.happens('thief.throws', 0.15)) return
  const holder = holders[dice.between('thief.whom', 0, holders.length - 1)]!
  const { ring } = holder.receiver
  if (ring === null) return
  count(world.coverage.kills, 'orders of a thief')
  thrown(
    world,
    holder,
    { order: orderText(thief.key, { ...termsOf(world, ring.issuer), epoch: farAway }) },
    'thief',
    'an order of his',
  )
}

function thrown(world: World, holder: Holder, made: object, from: 'forger' | 'thief', what: string): void {
  const frame = `data: ${JSON.stringify({ position: 0, type: 'keys' in made ? 'keys' : 'kill', ...made })}\n\n`
  holder.inbox.push({ atMs: world.timeline.nowMs(), frame, from, what })
}

/** About some version that is in use, or was. */
function termsOf(world: World, issuer: string): OrderTerms {
  const { dice, credential, recorded, timeline } = world
  const numbers = recorded.versions().map(one => one.number)
  const last = numbers.at(-1) ?? 1
  return {
    issuer,
    jti: `forged-${dice.between('forger.jti', 0, 1_000_000)}`,
    kill: 'forged',
    credential: credential.id,
    version: dice.happens('forger.newest', 0.6) ? last : dice.between('forger.version', 1, last),
    credentialType: credential.kind,
    reason: 'because',
    initiator: 'admin',
    epoch: dice.pick('forger.epoch', [1, 2, 3, 1_000_000] as const),
    previous: dice.pick('forger.previous', [null, 1, 999_999] as const),
    status: null,
    provisional: false,
    atMs: timeline.nowMs(),
  }
}
