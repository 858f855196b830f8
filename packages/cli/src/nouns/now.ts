// rekey now: what needs a person.
import { word } from '../kinds.ts'
import { view } from '../view.ts'
import { commandFor } from '../views/next-step.ts'
import { nowBlocks } from '../views/now.ts'

export const now = view({
  name: 'now',
  summary: 'what needs a person, the most urgent first, and what is in flight',
  options: { environment: word('name', 'of one environment only', { ids: 'environment' }) },
  examples: ['now', 'now --watch', 'now --json'],
  read: call => call.ask('overview.now', { query: { environment: call.options.environment } }),
  blocks: (answer, call) => nowBlocks(answer, call.times(answer.nowMs)),
  hint(answer) {
    const [first] = answer.items
    return first === undefined || !first.action.may ? null : commandFor(first)
  },
})
