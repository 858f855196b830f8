// The gates, each left out in turn: of the look before a version is retired, of the look before the next wave, and where a
// gate is asked but does not listen.
import type { Edit, Invariant, Mutant } from './mutant.ts'

const gates = 'packages/core/src/gates/gates.ts'
const asked = "retire: gateNames.filter(gate => gate !== 'decision'),"

/** Left out of the retirement only: waves and the way back still ask it. */
const without = (...names: readonly string[]): Edit => ({
  file: gates,
  find: asked,
  put: `retire: gateNames.filter(gate => !${JSON.stringify(['decision', ...names])}.includes(gate)),`,
})

const skip = (gate: string, title: string, caughtBy: Invariant = 'evidence', doubt?: string): Mutant => ({
  name: `skip-${gate.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`,
  title,
  caughtBy,
  ...without(gate),
  ...(doubt !== undefined && { doubt }),
})

export const skippedGates: readonly Mutant[] = [
  skip(
    'moved',
    'A version is retired although a consumer was never moved away from it.',
    'evidence',
    'A consumer that joins after the last wave, or is moved back by hand.',
  ),
  skip('rarePaths', 'A version is retired although a rare consumer has not been run with the new one.'),
  skip(
    'refreshed',
    'A version is retired although a live instance still holds it.',
    'evidence',
    'A consumer of which the only instance holds the old version while its new work succeeds (pools, long sessions).',
  ),
  skip('freshSuccess', 'A version is retired although a consumer never worked with the new one.'),
  skip('quality', 'A version is retired although work with the new one is degraded since the move.'),
  skip('fallback', 'A version is retired although nobody said what the fallback of a consumer holds.'),
  skip('quiet', 'A version is retired although it was used a moment ago.'),
  skip('authErrors', 'A version is retired although authentication errors rose after the move.'),
  skip('ghosts', 'A version is retired although somebody whom nobody registered uses it.'),
  skip('telemetry', 'A version is retired although a consumer is silent or cannot be observed.'),
  skip(
    'owners',
    'A version is retired although a consumer has no owner.',
    'people',
    'Consumers without an owner whose gap in the plan was overridden.',
  ),
  skip(
    'restricted',
    'A version is retired although a consumer is still restricted.',
    'evidence',
    'A consumer that was moved first and restricted in a containment after it.',
  ),
  {
    name: 'skip-exception-path',
    title: 'A version is retired although no exception path was ever run with the new one.',
    caughtBy: 'evidence',
    // Alone it changes nothing: whoever was not exercised holds the gate of the rare paths, too.
    ...without('exceptionPath', 'rarePaths'),
  },
  {
    name: 'skip-rights',
    title: 'The rights of two versions differ, and neither the step nor the gate minds.',
    caughtBy: 'work',
    // The step refuses what differs, so the gate alone never sees a difference.
    file: 'packages/core/src/rotation/decide-effect.ts',
    find: 'if (missing.length + extra.length === 0) return null',
    put: 'if (missing.length + extra.length >= 0) return null',
    also: [without('rights')],
    doubt: 'A target that mints a version with other rights, and work that fails for the lack of them.',
  },
  {
    name: 'rights-not-compared',
    title: 'The rights of two versions are recorded as equal without having been compared.',
    caughtBy: 'work',
    file: 'packages/server/src/runner/act.ts',
    find: 'diff: await provider.compareRights(context, old, handle)',
    put: 'diff: { missing: [], extra: [] }',
    doubt: 'As for skip-rights.',
  },
  {
    name: 'skip-decision',
    title: 'A version is retired without the approvals that its policy asks for.',
    caughtBy: 'people',
    file: 'packages/core/src/rotation/decide-turn.ts',
    find: 'if (given.size >= needed)',
    put: 'if (given.size >= 0)',
  },
  {
    name: 'skip-wave-gates',
    title: 'The next wave moves although the one before it has shown nothing.',
    caughtBy: 'pace',
    file: 'packages/core/src/rotation/decide-move.ts',
    find: "const hasNext = step.wave !== everyone && state.old !== null && state.plan.order === 'prove-first'",
    put: 'const hasNext = false',
  },
  {
    name: 'skip-settling',
    title: 'A wave settles before its time is over.',
    caughtBy: 'pace',
    file: 'packages/core/src/rotation/stage.ts',
    find: 'return at.movedMs + settleMs',
    put: 'return at.movedMs',
  },
  {
    name: 'zero-consumers-pass',
    title: 'No consumer at all counts as everybody having agreed.',
    caughtBy: 'evidence',
    file: gates,
    find: 'if (owedOf(rotation).length === 0) missing.push',
    put: 'if (owedOf(rotation).length < 0) missing.push',
    also: [
      {
        file: 'packages/core/src/plan/gaps.ts',
        find: 'if (direct.length === 0) {',
        put: 'if (direct.length < 0) {',
      },
    ],
    doubt: 'A credential without a registered consumer that is rotated all the same.',
  },
  {
    name: 'zero-instances-pass',
    title: 'A consumer that should be alive passes without a single live instance.',
    caughtBy: 'evidence',
    file: 'packages/core/src/ledger/standing.ts',
    find: "if (owed.alive && live === 0) lack('telemetry', 'no-live-instance')",
    put: '',
    doubt:
      'A consumer all of whose instances stopped after one success, and that comes back with the old version.',
  },
  {
    name: 'retirement-judged-as-recovery',
    title: 'The retirement asks only what is asked after a revocation, so silence is not needed.',
    caughtBy: 'evidence',
    file: 'packages/core/src/rotation/stage.ts',
    find: "if (at === course.length - 1) return 'recover'",
    put: "if (at <= course.length) return 'recover'",
  },
  {
    name: 'return-without-silence',
    title: 'On the way back the new version is retired while it is still being used.',
    caughtBy: 'evidence',
    file: gates,
    find: "    'quiet',\n    'authErrors',",
    put: "    'authErrors',",
  },
  {
    name: 'firm-gates-give-way',
    title: 'A person may override that a consumer was never moved.',
    caughtBy: 'evidence',
    file: 'packages/core/src/rotation/decide-care.ts',
    find: "const firm = new Set(['plan', 'moved', 'decision'])",
    put: "const firm = new Set(['plan'])",
    doubt: 'A person who overrides the gate moved while somebody joins late.',
  },
]
