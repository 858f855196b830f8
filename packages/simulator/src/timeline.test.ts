import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timelineFrom } from './timeline.ts'

test('alarms ring in the order of their instants, and of one instant in the order in which they were set', async () => {
  const timeline = timelineFrom(1_000)
  const rung: string[] = []
  const ring = (name: string) => () => rung.push(`${name} at ${timeline.nowMs()}`)
  timeline.at(1_030, ring('late'))
  timeline.at(1_010, ring('first'))
  timeline.at(1_010, ring('second'))
  timeline.at(1_050, ring('never'))
  await timeline.goTo(1_040)
  assert.deepEqual(rung, ['first at 1010', 'second at 1010', 'late at 1030'])
  assert.equal(timeline.nowMs(), 1_040)
})

test('what an alarm sets off runs before the next one rings, and may set one that rings on the way', async () => {
  const timeline = timelineFrom(0)
  const said: string[] = []
  const work = async () => {
    await timeline.after(10)
    said.push(`woke at ${timeline.nowMs()}`)
    await timeline.after(5)
    said.push(`woke again at ${timeline.nowMs()}`)
  }
  const working = work()
  timeline.at(12, () => said.push('twelve'))
  await timeline.goTo(20)
  await working
  assert.deepEqual(said, ['woke at 10', 'twelve', 'woke again at 15'])
})

test('time never goes back, and what is over rings at once', async () => {
  const timeline = timelineFrom(100)
  await timeline.goTo(200)
  const rung: number[] = []
  timeline.at(150, () => rung.push(timeline.nowMs()))
  await timeline.goTo(120)
  assert.deepEqual([timeline.nowMs(), rung], [200, []])
  await timeline.goTo(200)
  assert.deepEqual([timeline.nowMs(), rung], [200, [200]])
})

test('a limit is over when its time is, and not before', async () => {
  const timeline = timelineFrom(0)
  const signal = timeline.within(10)
  await timeline.goTo(9)
  assert.equal(signal.aborted, false)
  await timeline.goTo(10)
  assert.equal(signal.aborted, true)
})

test('settling waits for all that does not wait for time', async () => {
  const timeline = timelineFrom(0)
  let steps = 0
  const work = async () => {
    for (let n = 0; n < 1_000; n++) {
      await null
      steps++
    }
    await timeline.after(1)
    steps = -1
  }
  void work()
  await timeline.settle()
  assert.equal(steps, 1_000)
})
