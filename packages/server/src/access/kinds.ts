// The shapes of what is kept beside rotations, a kind each: people, tokens, agents, sources, receivers, signals, kills.
import type { Actor, KillCause, KillScope, SignalPolicy } from '@rekey/core'
import type { Binding, Right, Role, SignalScope } from '@rekey/wire'
import type { Channel, Incident, Task } from '../signals/record.ts'
import type { Issuer, Rule } from './identity.ts'
import type { StoredPasskey } from './passkey.ts'

export interface Kept {
  person: {
    name: string
    roles: Record<string, Role>
    password: string | null
    passkeys: (StoredPasskey & { name: string; addedMs: number; lastMs: number | null })[]
    signOn: { provider: string; subject: string }[]
    addedMs: number
    endedMs: number | null
  }
  /** Whose passkey it is, by the passkey's id. */
  passkey: { person: string }
  /** Found by the id of its token; `hash` is of the whole token. */
  session: { hash: string; person: string; madeMs: number }
  token: {
    hash: string
    name: string
    person: string
    rights: Right[]
    environments: string[]
    madeMs: number
    expiresMs: number | null
  }
  setup: { hash: string }
  /** A begun sign-in or registration: what was asked, until it is answered. */
  attempt: { of: string; person: string | null; pending: unknown }
  proposal: {
    what: 'retire' | 'override' | 'kill'
    /** Of a kill: none. */
    rotation: string
    credential: string
    environment: string
    body: unknown
    by: string
    madeMs: number
    expiresMs: number
  }
  rules: { twoPerson: Record<string, ('retire' | 'override' | 'kill')[]> }
  agent: { name: string; bindings: Binding[]; addedMs: number; endedMs: number | null }
  /** By thumbprint. */
  'agent-key': { agent: string; instance: string | null; how: string; enrolledMs: number }
  join: { hash: string; agent: string; uses: 'once' | 'many'; madeMs: number }
  issuer: Omit<Issuer, 'id'> & { rules: (Rule & { agent: string })[] }
  'sign-on': { name: string; issuer: string; clientId: string; clientSecret: string | null }
  source: {
    kind: 'webhook' | 'ci' | 'telemetry' | 'metrics'
    bindings: Binding[]
    lagMs: number
    complete: boolean
    services: Record<string, Binding>
    prometheus: { url: string; errors: string; uses: string; secret: string | null } | null
    /** Of its token; a webhook's signing secret is a key of the vault instead. */
    hash: string | null
    madeMs: number
  }
  /** By the public part of a source's token. */
  'source-token': { source: string }
  'source-heard': { atMs: number }
  /** By whose they are (`source/<id>`, `webhook/<id>`): the names of the keys, the newest first. */
  signing: { keys: { name: string; untilMs: number | null }[] }
  webhook: {
    url: string
    environments: string[]
    types: string[]
    off: string | null
    madeMs: number
  }
  /** How far a webhook has been served, and what stands in the way. */
  delivery: {
    position: number
    /** Up to where the batch goes that was begun and not taken yet: tried again, it is the same. */
    sending?: number | null
    failing: { sinceMs: number; attempts: number; why: string; nextMs: number } | null
  }
  /** A line a commit of a kill: `<kill>/<part>`. What came of it, its events say. */
  kill: {
    scope: KillScope
    reason: string
    by: Actor
    cause: KillCause
    atMs: number
    environments: string[]
    versions: number
  }
  /** Who may send signals, and when it was heard last. */
  'signal-source': Channel
  'signal-heard': { atMs: number }
  'signal-policy': SignalPolicy
  /** What came and is not dealt with, and what was dealt with lately: the same again counts once. */
  'signal-task': Task
  'signal-seen': true
  signal: Incident
  /** The incident that further signals about the same subject belong to, for as long as its window is open. */
  'signal-open': { incident: string }
  /** When signals killed something, by environment. */
  'signal-kills': { atMs: number[] }
  /** Somebody who receives shared signals; `hash`: of its secret, null once that was found outside. */
  receiver: {
    name: string
    environments: string[]
    audience: string | null
    defaultSubjects: 'ALL' | 'NONE'
    hash: string | null
    madeMs: number
  }
  /** By the public part: of its secret, and of the tokens that it got for it. */
  'receiver-token': { receiver: string; hash: string; scopes: SignalScope[] }
  'signal-stream': {
    receiver: string
    /** `authorization`: the name of a key of the vault, in which the header is that it wants to be sent. */
    delivery: { method: 'push'; url: string; authorization: string | null } | { method: 'poll' }
    eventsRequested: string[] | null
    description: string | null
    status: 'enabled' | 'paused' | 'disabled'
    reason: string | null
    madeMs: number
  }
  /** `<stream>/<sub>`: whether it wants to hear of that credential, or of that version. */
  'signal-subject': { wanted: boolean }
  /** How far a stream is: all orders up to `epoch` are taken, and of later ones what is in `taken`. */
  'signal-cursor': {
    epoch: number
    taken: string[]
    failing: { sinceMs: number; attempts: number; why: string; nextMs: number } | null
    refused: { jti: string; err: string; atMs: number }[]
  }
  /** `<stream>/<id>`: asked for, and not delivered yet. */
  'signal-verification': { state: string | null; atMs: number }
  /** A break-glass code. */
  glass: { hash: string; madeMs: number; expiresMs: number | null }
  /** Something that is good once was used. */
  nonce: true
  idempotency: { request: string; status: number | null; answer: string | null }
}
