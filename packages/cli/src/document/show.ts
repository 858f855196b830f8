// What differs, field by field: + is added, ~ is changed, - goes.
import { type Block, blank, indented, line } from '../show/blocks.ts'
import { type Change, told } from '../show/changes.ts'
import { bad, good, quiet, type Toned, warn } from '../show/words.ts'
import { some } from '../views/states.ts'
import type { Step, Steps } from './steps.ts'

export function stepsBlocks({ same, steps, unnamed }: Steps): Block[] {
  const blocks = steps.flatMap(step => [line(titleOf(step)), indented(changeLines(step))])
  const left = unnamed.map(one =>
    line(
      quiet(`  not named: consumer ${one.consumer} of ${one.credential} (it stays; --prune takes it away)`),
    ),
  )
  const sum = line(
    steps.length === 0 ? good(`Everything is as the files say (${same}).`) : sumOf(steps, same),
  )
  return [...blocks, ...left, ...(blocks.length + left.length > 0 ? [blank] : []), sum]
}

const marks = { added: good('+'), changed: warn('~'), gone: bad('-') } as const

function markOf(step: Step): Toned {
  if (step.do === 'register' || step.do === 'add-consumer') return marks.added
  return step.do === 'remove-consumer' ? marks.gone : marks.changed
}

export function titleOf(step: Step): (string | Toned)[] {
  return [markOf(step), ` ${nameOf(step)}`]
}

export function nameOf(step: Step): string {
  switch (step.do) {
    case 'register':
    case 'change':
      return `credential ${step.credential}`
    case 'add-consumer':
    case 'change-consumer':
    case 'remove-consumer':
      return `consumer ${step.consumer} of ${step.credential}`
    case 'two-person':
      return 'policies.twoPerson'
    case 'signals':
      return 'policies.signals'
  }
}

/** Of something new what is usual is not worth a line. */
function changeLines(step: Step): Block[] {
  const isNew = step.do === 'register' || step.do === 'add-consumer'
  return step.changes.filter(change => !isNew || !isUsual(change)).map(change => line(changeWords(change)))
}

function isUsual(change: Change): boolean {
  if (change.is !== 'added') return false
  const { now } = change
  return now === null || now === 0 || (typeof now === 'object' && Object.keys(now).length === 0)
}

function changeWords(change: Change): (string | Toned)[] {
  if (change.is === 'added') return [marks.added, ` ${change.path} `, told(change.now)]
  if (change.is === 'gone') return [marks.gone, ` ${change.path} `, quiet(told(change.before))]
  return [marks.changed, ` ${change.path} `, quiet(told(change.before)), ' → ', told(change.now)]
}

function sumOf(steps: readonly Step[], same: number): string {
  const count = (mark: Toned) => steps.filter(step => markOf(step) === mark).length
  const said = [
    [count(marks.added), 'to add'],
    [count(marks.changed), 'to change'],
    [count(marks.gone), 'to remove'],
  ] as const
  const parts = said.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return `${parts.join(', ')}; ${some(same, 'is', 'are')} as the files say`.replace(/(\d+) (is|are)/, '$1 $2')
}

/** For `--json`: what would be asked, without the whole records. */
export const stepsJson = ({ same, steps, unnamed }: Steps) => ({
  differs: steps.length > 0,
  same,
  unnamed,
  steps: steps.map(stepJson),
})

export function stepJson(step: Step) {
  const of = 'credential' in step ? { credential: step.credential } : {}
  const consumer = 'consumer' in step ? { consumer: step.consumer } : {}
  return { do: step.do, ...of, ...consumer, changes: step.changes }
}
