// Mutants of kills: what is killed lives on, comes back or is waited for; orders that are not genuine are believed; who should have
// heard of one has not.
import type { Mutant } from './mutant.ts'

const rows = 'packages/server/src/runner/rows.ts'
const receiver = 'packages/sdk/src/orders/receiver.ts'
const order = 'packages/sdk/src/orders/order.ts'

const all: readonly Omit<Mutant, 'caughtBy'>[] = [
  {
    name: 'kill-overrun-by-a-move',
    title: 'Consumers are moved to a version that was killed since that was decided.',
    file: rows,
    find: '  appends.push({\n    stream: credentialSubject(credential.id),',
    put: '  if (hasNews || versions.length > 0) appends.push({\n    stream: credentialSubject(credential.id),',
    also: [
      {
        file: 'packages/core/src/rotation/decide.ts',
        find: 'if (due.length > 0) return no(killedFirst(due))',
        put: 'if (due.length < 0) return no(killedFirst(due))',
      },
    ],
  },
  {
    name: 'stays-with-what-was-revoked',
    title:
      'When the old version is killed as well, everybody is left with the new one that was killed before.',
    file: 'packages/core/src/rotation/decide-revoke.ts',
    find: "fresh !== null || isRevoked(state, 'new')",
    put: 'fresh !== null',
  },
  {
    name: 'kill-waits-for-release',
    title: 'What people hold is not ended although it was killed.',
    file: 'packages/server/src/runner/run.ts',
    find: 'if (due.length === 0) return null',
    put: "if (due.length === 0 || state.phase === 'held') return null",
  },
  {
    name: 'incident-is-a-usual-rotation',
    title: 'Where no rotation is open, what was killed is ended when its time has come anyway.',
    file: 'packages/server/src/runner/killed.ts',
    find: 'if (version?.compromised !== true) return null',
    put: 'if (version?.compromised !== false) return null',
    also: [
      {
        file: 'packages/server/src/runner/run.ts',
        find: 'if (due.length === 0) return null',
        put: "if (due.length === 0 || state.phase === 'planned') return null",
      },
    ],
  },
  {
    name: 'compromise-forgotten',
    title: 'A version that changes its state is sound again.',
    file: 'packages/core/src/credential.ts',
    find: '    state,\n    issuedAtMs:',
    put: '    state,\n    compromised: false,\n    issuedAtMs:',
  },
  {
    name: 'assigned-what-was-killed',
    title: 'What took the place of the old version is assigned to everybody although it was killed.',
    file: rows,
    find: 'killed.has(version) ||',
    put: 'killed.has(-version) ||',
  },
  {
    name: 'epochs-with-a-gap',
    title: 'The second order of a kill has the epoch of the third.',
    file: 'packages/server/src/kill/kill.ts',
    find: 'const epoch = first + made.length + 1',
    put: 'const epoch = first + 2 * made.length + 1',
  },
  {
    name: 'killed-again',
    title: 'A version that was killed is killed again, by a second order.',
    file: 'packages/server/src/kill/reach.ts',
    find: '!compromised &&',
    put: 'compromised !== null &&',
  },
  {
    name: 'restart-forgets',
    title: 'A process that is started anew does not know what the one before it has kept.',
    file: receiver,
    find: 'for (const one of kept.orders) this.#note(one)',
    put: 'for (const one of kept.orders.slice(0, 0)) this.#note(one)',
  },
  {
    name: 'repeated-order-revives',
    title: 'An order that comes again makes the version good again.',
    file: receiver,
    find: "if (!isNews) return { ...nothing, said: 'applied',",
    put: "if (!isNews && this.#denied.delete(order.credential)) return { ...nothing, said: 'applied',",
  },
  {
    name: 'any-signature',
    title: 'An order is believed whoever signed it.',
    file: order,
    find: "if (!(await isSigned(jws, key))) return 'bad-signature'",
    put: "if (await isSigned(jws, key).then(() => false)) return 'bad-signature'",
  },
  {
    name: 'any-audience',
    title: 'An order for somebody else is believed.',
    file: order,
    find: "if (claims['aud'] !== audienceOf(issuer)) return 'wrong-audience'",
    put: "if (claims['aud'] === audienceOf('')) return 'wrong-audience'",
  },
  {
    name: 'any-change',
    title: 'Any change of a credential is taken for a revocation.',
    file: order,
    find: "event['change_type'] === 'revoke'",
    put: "event['change_type'] !== ''",
  },
  {
    name: 'thief-names-keys',
    title: 'Whoever has the active key can name the keys that follow it.',
    file: 'packages/sdk/src/orders/ring.ts',
    find: 'claims.serial === this.serial + 1 && jws.kid === this.standBy.kid',
    put: 'claims.serial === this.serial + 1',
    also: [
      {
        file: 'packages/sdk/src/orders/ring.ts',
        find: '(await kidOf(claims.active)) !== this.standBy.kid',
        put: "(await kidOf(claims.active)) === ''",
      },
      {
        file: 'packages/sdk/src/orders/ring.ts',
        find: 'return KeyRing.#made(text, opened, this.standBy, this.revoked)',
        put: 'return KeyRing.#made(text, opened, (await imported(claims.active))!, this.revoked)',
      },
    ],
  },
  {
    name: 'never-signed-anew',
    title: 'Who comes after a change of keys never hears of what was killed before it.',
    file: 'packages/server/src/kill/ring.ts',
    find: '!ring.revoked.includes(headerOf(text).kid)',
    put: 'ring.serial > 0',
  },
  {
    name: 'confirmed-too-far',
    title: 'Who connects is taken to have applied the order after the last one that he knows.',
    file: 'packages/server/src/api/agent-orders.ts',
    find: 'if (one.epoch > epoch) return',
    put: 'if (one.epoch > epoch + 1) return',
  },
  {
    name: 'last-order-not-told',
    title: 'Whoever asks is not told the last order that he does not know.',
    file: 'packages/server/src/kill/book.ts',
    find: 'if (one.epoch > epoch) some.push(one)',
    put: 'if (one.epoch > epoch && one.epoch < last) some.push(one)',
  },
  {
    name: 'denied-means-sound',
    title: 'A step of a revocation that is denied ends it with what was to be revoked.',
    file: 'packages/core/src/rotation/decide-effect.ts',
    find: "(state.old.life === 'active' && !isRevoked(state, 'old'))",
    put: "state.old.life === 'active'",
  },
]

export const kills: readonly Mutant[] = all.map(one => ({ ...one, caughtBy: 'kill' }))
