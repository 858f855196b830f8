// One round: every text is made, then every file is written that has changed, then the hooks run that are owed. What was done is
// said of a credential once all of its files are in place and their hooks have succeeded.
import { exitCodes, Failure, failureOf } from '../exit.ts'
import { type Snapshot, subjectsOf } from '../reference.ts'
import { render } from '../template.ts'
import { placeFile } from '../whole-file.ts'
import { type FilesPlan, type Hook, type Kept, templateOf } from './config.ts'
import type { IsKilled } from './dead.ts'
import { runHook } from './hook.ts'
import { type Made, noteAlsoMade, noteMade } from './made.ts'
import { isOwed, owe, pay } from './owed.ts'

export interface Outcome {
  /** Paths that were written. */
  written: string[]
  /** What went wrong, in words; none: the round is done. */
  faults: { kind: 'file' | 'hook'; text: string; exitCode: number }[]
  delivered: Snapshot
  /** Of which a hook has made somebody load them. */
  loaded: Snapshot
}

export interface RoundOptions {
  plan: FilesPlan
  snapshot: Snapshot
  /** Of the hooks. */
  environment: Record<string, string>
  isKilled: IsKilled
}

export async function doRound({ plan, snapshot, environment, isKilled }: RoundOptions): Promise<Outcome> {
  const outcome: Outcome = { written: [], faults: [], delivered: new Map(), loaded: new Map() }
  const texts = new Map<Kept, { text: string; made: Made }>()
  const behind = new Set<Kept>()
  const fail = (one: Kept, error: unknown) => {
    const { message, exitCode } = failureOf(error)
    outcome.faults.push({ kind: 'file', text: message, exitCode })
    behind.add(one)
  }
  for (const one of plan.kept) {
    await templateOf(one)
      .then(
        template =>
          texts.set(one, {
            text: render(template, snapshot),
            made: madeOf(template.credentials, snapshot),
          }),
        error => fail(one, error),
      )
      .catch(error => fail(one, error))
  }
  for (const [one, { text, made }] of texts) {
    const before = async () => {
      checkAlive(made, isKilled)
      await noteAlsoMade(one.to, made)
      if (one.hook !== null) await owe(one.to)
    }
    try {
      if (await placeFile(one.to, text, one, before)) outcome.written.push(one.to)
      await noteMade(one.to, made)
    } catch (error) {
      fail(one, error)
    }
  }
  const ran = await runHooks(plan, snapshot, environment, outcome, behind)
  const isDone = (credential: string) =>
    plan.kept.every(one => !one.credentials.includes(credential) || !behind.has(one))
  const done = [...snapshot].filter(([credential]) => isDone(credential))
  outcome.delivered = new Map(done)
  outcome.loaded = new Map(
    done.filter(([credential]) =>
      plan.kept.some(one => ran.has(one) && one.credentials.includes(credential)),
    ),
  )
  return outcome
}

const madeOf = (credentials: readonly string[], snapshot: Snapshot): Made =>
  Object.fromEntries(credentials.map(name => [name, [snapshot.get(name)!.version]]))

/** Since the round began. */
function checkAlive(made: Made, isKilled: IsKilled): void {
  for (const [name, versions] of Object.entries(made))
    if (versions.some(one => isKilled(name, one)))
      throw new Failure(
        exitCodes.away,
        `${name} ${versions.join()} was killed, and no other version is there yet.`,
      )
}

/** Only when all of its files are in place; each hook once, however many of them have changed. */
export async function runHooks(
  plan: FilesPlan,
  snapshot: Snapshot,
  environment: Record<string, string>,
  outcome: Pick<Outcome, 'faults'>,
  behind: Set<Kept>,
): Promise<Set<Kept>> {
  const owed = new Map<string, { hook: Hook; files: Kept[] }>()
  for (const one of plan.kept) {
    if (one.hook === null || !(await isOwed(one.to))) continue
    const due = owed.get(one.hook.key) ?? { hook: one.hook, files: [] }
    due.files.push(one)
    owed.set(one.hook.key, due)
  }
  const ran = new Set<Kept>()
  for (const { hook, files } of owed.values()) {
    if (plan.kept.some(one => one.hook?.key === hook.key && behind.has(one))) {
      for (const one of files) behind.add(one)
      continue
    }
    const how = await runHook(hook, environment)
    if (how !== null) {
      for (const one of files) behind.add(one)
      outcome.faults.push({
        kind: 'hook',
        text: hidden(`The hook ${hook.program} ${how}`, snapshot),
        exitCode: 75,
      })
      continue
    }
    for (const one of files) {
      await pay(one.to)
      ran.add(one)
    }
  }
  return ran
}

/** A hook may print what it has read. */
function hidden(text: string, snapshot: Snapshot): string {
  let shown = text
  for (const { value } of snapshot.values())
    if (value.reveal() !== '') shown = shown.replaceAll(value.reveal(), '[secret]')
  return shown
}

export const said = ({ delivered, loaded }: Outcome) => ({
  delivered: subjectsOf(delivered),
  loaded: subjectsOf(loaded),
})
