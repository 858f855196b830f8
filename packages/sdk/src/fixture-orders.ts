// Kill orders and rings of keys as a control plane gives them out, signed by the other implementation that the platform has, and the
// answers to them. For specs only; whatever is wrong with one can be asked for.
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

export interface OrderKey {
  kid: string
  jwk: { kty: string; crv: string; x: string }
  key: KeyObject
}

export interface OrderMore {
  /** Which key signs; the active one. */
  by?: OrderKey
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  event?: Record<string, unknown>
}

export interface RingMore {
  by?: OrderKey
  active?: OrderKey
  standBy?: OrderKey
  revoked?: string[]
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
}

export interface Given {
  credential: string
  version: number
  epoch: number
  text: string
}

const eventType = 'https://schemas.openid.net/secevent/caep/event-type/credential-change'

export class TestOrders {
  readonly issuer: string
  active = orderKey()
  standBy = orderKey()
  serial = 1
  epoch = 0
  readonly rings: string[] = []
  readonly given: Given[] = []
  /** As they were told: the epoch, and the query. */
  readonly answers: {
    epoch: number
    instance: string
    said: string
    held: string | null
    why: string | null
  }[] = []

  constructor(issuer = 'https://rekey.example.com') {
    this.issuer = issuer
    this.rings.push(this.ring())
  }

  get pins(): string {
    return `${this.active.kid},${this.standBy.kid}`
  }

  /** The one that is believed now, or one that is wrong in some way. */
  ring(more: RingMore = {}): string {
    const active = more.active ?? this.active
    const by = more.by ?? active
    const header = { typ: 'rekey-order-keys+jwt', alg: 'Ed25519', kid: by.kid, ...more.header }
    const claims = {
      iss: this.issuer,
      iat: seconds(),
      serial: this.serial,
      active: active.jwk,
      standBy: (more.standBy ?? this.standBy).jwk,
      revoked: more.revoked ?? [],
      because: 'a spec',
      ...more.claims,
    }
    return signed(header, claims, by)
  }

  /** The key that stood by signs from now on. */
  replace(): string {
    const old = this.active
    this.active = this.standBy
    this.standBy = orderKey()
    this.serial++
    const text = this.ring({ revoked: [old.kid] })
    this.rings.push(text)
    return text
  }

  order(credential: string, version: number, more: OrderMore = {}): string {
    const by = more.by ?? this.active
    const header = { typ: 'secevent+jwt', alg: 'Ed25519', kid: by.kid, ...more.header }
    const sub = `cred/${encodeURIComponent(credential)}/v/${version}`
    const event = {
      change_type: 'revoke',
      credential_type: 'api-key',
      event_timestamp: seconds(),
      initiating_entity: 'admin',
      reason_admin: { en: 'it was found in a log' },
      x_revocation_epoch: this.epoch,
      ...more.event,
    }
    const claims = {
      iss: this.issuer,
      aud: `${this.issuer}/agents`,
      iat: seconds(),
      jti: randomUUID(),
      txn: 'kill-1',
      sub_id: { format: 'iss_sub', iss: this.issuer, sub },
      events: { [eventType]: event },
      ...more.claims,
    }
    return signed(header, claims, by)
  }

  /** Written down as the next one. `skip`: so many orders are about others. */
  kill(credential: string, version: number, more: OrderMore & { skip?: number } = {}): Given {
    this.epoch += 1 + (more.skip ?? 0)
    const { epoch } = this
    const before = this.given.filter(one => one.credential === credential).at(-1)
    const event = { ...(before !== undefined && { x_previous_epoch: before.epoch }), ...more.event }
    const one = { credential, version, epoch, text: this.order(credential, version, { ...more, event }) }
    this.given.push(one)
    return one
  }

  ask(query: URLSearchParams) {
    const since = Number(query.get('epoch') ?? 0)
    const serial = Number(query.get('serial') ?? 0)
    return {
      keys: this.rings.filter((_, at) => this.serial - this.rings.length + at + 1 > serial),
      orders: this.given.filter(one => one.epoch > since).map(one => one.text),
      upTo: this.epoch,
    }
  }

  /** What a stream begins with. */
  first(query: URLSearchParams) {
    const { keys, orders } = this.ask(query)
    return [
      ...keys.map(one => ({ type: 'keys' as const, keys: one })),
      ...orders.map(order => ({ type: 'kill' as const, credential: '', version: 1, order })),
    ]
  }

  /** null: it was asked for something else. */
  answer(at: string, query: URLSearchParams): { status: number; json?: unknown } | null {
    if (at === 'GET /agent/orders') return { status: 200, json: this.ask(query) }
    const [, epoch] = /^POST \/agent\/orders\/(\d+)\/answer$/.exec(at) ?? []
    if (epoch === undefined) return null
    const [held, why] = [query.get('held'), query.get('why')]
    const told = { instance: query.get('instance')!, said: query.get('said')!, held, why }
    this.answers.push({ epoch: Number(epoch), ...told })
    return { status: 204 }
  }
}

export function orderKey(): OrderKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x } = publicKey.export({ format: 'jwk' })
  const members = `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`
  const kid = createHash('sha256').update(members).digest('base64url')
  return { kid, jwk: { kty: 'OKP', crv: 'Ed25519', x: x! }, key: privateKey }
}

export function signed(header: object, claims: object | string, by: OrderKey): string {
  const part = (value: object | string) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${sign(null, Buffer.from(text), by.key).toString('base64url')}`
}

const seconds = () => Math.floor(Date.now() / 1_000)
