// Calls to the target: keys, numbers, answers, and what a crash or a lost answer leaves behind.
import type { Mutant } from './mutant.ts'

const effect = 'packages/core/src/rotation/decide-effect.ts'
const evolved = 'packages/core/src/rotation/evolve-effect.ts'
const act = 'packages/server/src/runner/act.ts'
const run = 'packages/server/src/runner/run.ts'
const orphans = 'packages/server/src/runner/orphans.ts'

export const effects: readonly Mutant[] = [
  {
    name: 'act-before-intent',
    title: 'The target is called before the intent is stored.',
    caughtBy: 'intent',
    file: run,
    find: 'if (isMint) await clearOrphans(ground, gathered.credential.id, lease.untilMs)',
    put: `if (isMint) await clearOrphans(ground, gathered.credential.id, lease.untilMs)
  const early = isUnderway(gathered.state) ? stepOf(gathered.state) : null
  if (isUnderway(gathered.state) && (early?.do === 'disable' || early?.do === 'destroy')) {
    const version = (early.side === 'old' ? gathered.state.old : gathered.state.new)?.version ?? 0
    const asked = { do: 'resolve', verb: early.do, side: early.side, key: 'early', version, byHand: false } as const
    await act(ground, gathered, asked, true, Number.MAX_SAFE_INTEGER)
  }`,
  },
  {
    name: 'wrong-verb-called',
    title: 'Where a version should be disabled it is destroyed.',
    caughtBy: 'intent',
    file: act,
    find: 'await act.call(provider, context, handle)',
    put: "await (verb === 'disable' ? provider.destroy(context, handle) : act.call(provider, context, handle))",
  },
  {
    name: 'key-used-for-everything',
    title: 'One operation key is used for every effect of a rotation.',
    caughtBy: 'intent',
    file: effect,
    find: 'const key = at.effect.key ?? begun ?? facts.key',
    put: 'const key = state.new?.operation ?? facts.key',
    doubt: 'An invariant that a key belongs to one verb of one version.',
  },
  {
    name: 'key-not-kept',
    title: 'An effect that failed is tried again under another key.',
    caughtBy: 'owned',
    file: effect,
    find: 'const key = at.effect.key ?? begun ?? facts.key',
    put: 'const key = facts.key',
  },
  {
    name: 'mint-again-under-new-key',
    title: 'After a crash a value is minted again instead of being looked for.',
    caughtBy: 'intent',
    file: act,
    find: 'const operation: Operation = { key, credential,',
    put: "const operation: Operation = { key: key + (fresh ? '' : '/again'), credential,",
  },
  {
    name: 'lost-key-used-again',
    title: 'After a value was lost the next one is minted under the same key.',
    caughtBy: 'ends',
    file: evolved,
    find: "const effect = { is: 'ready', key: null, attempts,",
    put: "const effect = { is: 'ready', key: event.key, attempts,",
    doubt: 'A target that makes the values, and loses an answer.',
  },
  {
    name: 'lost-taken-as-minted',
    title: 'A value that the target made and nobody holds counts as minted.',
    caughtBy: 'hidden',
    file: act,
    find: "if (secret === null) return plain({ is: 'lost', handle })",
    put: "if (secret === null) return plain({ is: 'minted', handle, fingerprint: 'hmac-sha256:unknown' })",
    doubt:
      'A target that makes the values; and an invariant that the fingerprint of every version is that of its value.',
  },
  {
    name: 'made-value-not-sealed',
    title: 'A value that the target made is not stored with the outcome.',
    caughtBy: 'ends',
    file: run,
    find: 'sealed === null ? [] : ',
    put: 'sealed !== undefined ? [] : ',
    doubt:
      'A target that makes the values; rotations there are all given up, so an invariant on how many succeed.',
  },
  {
    name: 'value-made-anew-on-retry',
    title: 'A mint that is tried again gets another value under the same version.',
    caughtBy: 'owned',
    file: run,
    find: 'if (gathered.versions.some(one => one.number === event.version)) return []',
    put: '',
    doubt: 'A lost answer to a mint; and an invariant that the sealed value is the one at the target.',
  },
  {
    name: 'number-used-again',
    title: 'After a value was lost its version number is given to the next one.',
    caughtBy: 'owned',
    file: evolved,
    find: 'lastVersion: Math.max(state.lastVersion, event.version),',
    put: 'lastVersion: state.lastVersion,',
    doubt: 'A target that makes the values, and loses an answer.',
  },
  {
    name: 'number-used-again-after-abort',
    title: 'The number of a version that was given up is used by the next rotation.',
    caughtBy: 'owned',
    file: 'packages/server/src/runner/open.ts',
    find: 'lastVersion: versions.reduce((max: number, version: Version) => Math.max(max, version.number), 0),',
    put: 'lastVersion: row.currentVersion ?? 0,',
    doubt: 'Two rotations of one credential, the first of which is given up.',
  },
  {
    name: 'unreachable-is-refused',
    title: 'A target that cannot be reached is taken to have refused.',
    caughtBy: 'owned',
    file: act,
    find: 'const answer = await provider.probe(',
    put: "const answer = await ((...asked: Parameters<Provider['probe']>) => provider.probe(...asked).then(said => (said === 'unreachable' ? 'refused' : said)))(",
    doubt:
      'A target that cannot be reached just when a destroyed version is probed, and that had not destroyed it.',
  },
  {
    name: 'timeout-is-refused',
    title: 'A call that timed out is taken as a refusal.',
    caughtBy: 'owned',
    file: act,
    find: "? { is: 'unreachable', problem }",
    put: "? { is: 'refused' }",
  },
  {
    name: 'still-accepted-is-dead',
    title: 'An old version that the target still accepts is recorded as dead.',
    caughtBy: 'owned',
    file: act,
    find: ': plain({ is: answer })',
    put: ": plain({ is: asked.side === 'old' ? 'refused' : answer })",
    doubt: 'A target that says it destroyed a version and goes on accepting it; or a reinstatement.',
  },
  {
    name: 'probe-believes-in-the-new',
    title: 'A new version counts as accepted whatever the target says.',
    caughtBy: 'accepted',
    file: act,
    find: ': plain({ is: answer })',
    put: ": plain({ is: asked.side === 'new' ? 'accepted' : answer })",
    doubt: 'A target that accepts a new version only some time after it was minted.',
  },
  {
    name: 'sweep-takes-what-is-intended',
    title: 'The sweep for orphans destroys what a mint under way has just made.',
    caughtBy: 'owned',
    file: orphans,
    find: 'return owner === undefined || owner.handle !== null || !maybeAccepted(owner)',
    put: 'return true',
    doubt: 'A mint that happened although its answer was lost, tried again.',
  },
  {
    name: 'sweep-takes-what-is-not-ours',
    title: 'The sweep for orphans destroys what was not minted by us.',
    caughtBy: 'owned',
    file: orphans,
    find: 'if (known.has(handle) || mark === null) return false',
    put: 'if (known.has(handle)) return false',
    doubt: 'A listed value without an operation key that no version of ours bears.',
  },
  {
    name: 'sweep-clears-nothing',
    title: 'Orphans are looked for and left where they are.',
    caughtBy: 'owned',
    file: orphans,
    find: 'for (const orphan of [...lost(versions), ...unowned(listed ?? [], versions)]) {',
    put: 'for (const orphan of [] as Orphan[]) {',
  },
  {
    name: 'sweep-only-when-minting',
    title: 'Orphans are looked for only when the next value is minted.',
    caughtBy: 'owned',
    file: 'packages/server/src/runner/tick.ts',
    find: 'const cleared = fenced ? null : await clearOrphans(ground, credential, claim.untilMs)',
    put: 'const cleared = fenced ? null : 0',
    doubt:
      'A mint that comes true after its rotation was given up, and a bound on how long an orphan may live.',
  },
  {
    name: 'sweep-reads-the-record-first',
    title: 'The sweep compares what is at the target with a record that is older.',
    caughtBy: 'owned',
    file: orphans,
    find: 'const listed = await tried(async context => (await provider.list?.(context, credential)) ?? [])\n  const versions = await ground.store.versions(credential)',
    put: 'const versions = await ground.store.versions(credential)\n  const listed = await tried(async context => (await provider.list?.(context, credential)) ?? [])',
    doubt: 'A sweep by one control plane while another one intends and mints between its two readings.',
  },
  {
    name: 'crash-remains-left',
    title: 'What a crash may have left behind is not destroyed when the rotation is given up.',
    caughtBy: 'owned',
    file: act,
    find: "if (found.is === 'done') {\n    enter()\n    await provider.destroy(context, found.handle)\n  }",
    put: '',
    doubt: 'An abort after a mint whose outcome never became known.',
  },
  {
    name: 'value-in-an-event',
    title: 'The value itself is recorded where its fingerprint should be.',
    caughtBy: 'hidden',
    file: act,
    find: "return plain({ is: 'minted', handle, fingerprint: ground.vault.fingerprint(secret) })",
    put: "return plain({ is: 'minted', handle, fingerprint: secret.reveal() })",
  },
  {
    name: 'value-in-an-error',
    title: 'The text of an error that is not ours is recorded as it came.',
    caughtBy: 'hidden',
    file: act,
    find: 'const name = error instanceof Error ? error.name : typeof error',
    put: 'const name = String(error)',
    doubt: 'A provider that throws an error with the value in its text.',
  },
]
