// The list of what came, worked off by one control plane at a time: fetch what has to be fetched, judge, act. It looks when it is woken, and
// every second without. What fails is tried again, ever later, and is told to people before it is given up.
import { dayMs, hourMs, minuteMs } from '@rekey/core'
import type { Claimed } from '@rekey/store'
import type { Plane } from '../api/plane.ts'
import { act } from './act.ts'
import { withValue } from './alert.ts'
import type { Waiting } from './case.ts'
import { judge } from './judge.ts'
import type { Task } from './record.ts'

const subject = 'signals/list'
const leaseMs = minuteMs
const pageSize = 500
const fetchedAtOnce = 8
const longestPauseMs = hourMs
/** After so many tries a person is told that it cannot be matched; after so long it is not tried any more. */
const tellAfter = 3
const giveUpAfterMs = 3 * dayMs

type Item = { id: string; task: Task }

/** One look at the whole list; true: something was done. Nothing is done while the store is fenced or the clock is doubted. */
export async function workSignals(plane: Plane): Promise<boolean> {
  const { ground, keep } = plane
  const { store, holder, nowMs } = ground
  const [first] = await keep.page('signal-task', { after: null, limit: 1 })
  if (first === undefined || ground.doubt() !== null) return false
  if ((await store.meta('fenced')) !== null) return false
  const claim = await store.claimOne(subject, { holder, nowMs: nowMs(), leaseMs })
  if (claim === null) return false
  let did = false
  try {
    for (let after: string | null = null; ; ) {
      const page: { id: string; record: Task }[] = await keep.page('signal-task', { after, limit: pageSize })
      if (!(await store.renew(claim, nowMs() + leaseMs))) return did
      const due = page
        .map(({ id, record }) => ({ id, task: record }))
        .filter(one => one.task.nextMs <= nowMs())
      if (due.length > 0) did = true
      await round(plane, due, claim)
      if (page.length < pageSize) return did
      after = page.at(-1)!.id
    }
  } finally {
    await store.release(claim)
  }
}

async function round(plane: Plane, due: readonly Item[], claim: Claimed): Promise<void> {
  const judged = due.filter((one): one is Waiting => one.task.do === 'judge')
  const waiting = await fetched(plane, judged, claim)
  if (waiting.length > 0) await judge(plane, waiting, claim)
  // What was decided a moment ago is done at once.
  for (let after = 'act/'; ; ) {
    const page: { id: string; record: Task }[] = await plane.keep.page('signal-task', {
      after,
      limit: pageSize,
    })
    const acts = page.filter(({ record }) => record.do === 'act')
    for (const { id, record } of acts) {
      if (record.nextMs <= plane.ground.nowMs()) await acted(plane, { id, task: record }, claim)
    }
    if (acts.length < pageSize) return
    after = acts.at(-1)!.id
  }
}

async function acted(plane: Plane, { id, task }: Item, claim: Claimed): Promise<void> {
  const { store, nowMs, journal } = plane.ground
  if (task.do !== 'act') return
  try {
    if (!(await store.renew(claim, nowMs() + leaseMs))) return
    const deed = await act(plane, task.incident)
    if (deed === null) return postponed(plane, id, task)
    await plane.keep.remove('signal-task', id)
  } catch (error) {
    journal.trouble?.(`signal ${task.incident}`, error)
    await postponed(plane, id, task)
  }
}

/** Those that can be judged now. Where a source's place does not answer, the others of that source are not asked for either. */
async function fetched(plane: Plane, some: readonly Waiting[], claim: Claimed): Promise<Waiting[]> {
  const { store, nowMs } = plane.ground
  const ready: Waiting[] = some.filter(one => one.task.report.alert === null)
  const down = new Map<string, string>()
  const left = some.filter(one => one.task.report.alert !== null)
  while (left.length > 0) {
    if (!(await store.renew(claim, nowMs() + leaseMs))) return []
    await Promise.all(
      left.splice(0, fetchedAtOnce).map(async one => {
        const { report } = one.task
        const known = down.get(report.source)
        const answer =
          known === undefined ? await withValue(plane, report) : ({ is: 'later', text: known } as const)
        if (answer.is === 'there') ready.push({ id: one.id, task: { ...one.task, report: answer.report } })
        else if (answer.is === 'never') ready.push(without(one, answer.text))
        else {
          down.set(report.source, answer.text)
          await later(plane, one, answer.text, ready)
        }
      }),
    )
  }
  return ready
}

/** It is judged as it is: it matches nothing, and a person is told where to look. */
const without = ({ id, task }: Waiting, text: string): Waiting => ({
  id,
  task: {
    ...task,
    report: { ...task.report, alert: null, summary: `${task.report.summary} Not matched: ${text}.` },
  },
})

async function later(plane: Plane, one: Waiting, text: string, ready: Waiting[]): Promise<void> {
  const { task } = one
  if (plane.ground.nowMs() - task.report.receivedMs > giveUpAfterMs) ready.push(without(one, text))
  else {
    if (task.attempts + 1 === tellAfter) await told(plane, one, text)
    await postponed(plane, one.id, task)
  }
}

/** A report of its own, so that people hear of it while the real one goes on waiting. */
async function told({ keep }: Plane, one: Waiting, text: string): Promise<void> {
  const { id, task } = without(one, `${text}; it is asked again`)
  const guards = [`${one.task.guards[0]}/told`]
  await keep.put('signal-task', `${id}/told`, { ...task, guards, attempts: 0, nextMs: 0 })
}

async function postponed({ keep, ground }: Plane, id: string, task: Task): Promise<void> {
  const pauseMs = Math.min(longestPauseMs, minuteMs * 2 ** task.attempts)
  await keep.put('signal-task', id, {
    ...task,
    attempts: task.attempts + 1,
    nextMs: ground.nowMs() + pauseMs,
  })
}

const everyMs = 1_000

export function startSignals(plane: Plane): { stop(): Promise<void> } {
  let working: Promise<unknown> | null = null
  let woken = false
  let stopped = false
  const go = () => {
    woken = true
    working ??= (async () => {
      while (woken && !stopped) {
        woken = false
        await workSignals(plane)
      }
    })()
      .catch(error => plane.ground.journal.trouble?.('signals', error))
      .finally(() => {
        working = null
      })
  }
  const forget = plane.signals.onWake(go)
  // So that the first signal does not wait for all of them.
  plane.signals.known.upToDate().catch(error => plane.ground.journal.trouble?.('signals', error))
  const timer = setInterval(go, everyMs)
  timer.unref()
  return {
    async stop() {
      stopped = true
      forget()
      clearInterval(timer)
      await working
    },
  }
}
