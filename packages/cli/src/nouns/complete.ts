// rekey complete: what may stand next, a line each, with what it is behind a tab. For the scripts of `rekey completion`.
import { many } from '../kinds.ts'
import { verb } from '../verb.ts'

export const complete = verb({
  name: 'complete',
  summary: 'what may stand next, for a shell that asks',
  args: { words: many('word', 'what was typed, the last of it unfinished') },
  isBare: true,
  async run(call) {
    const { candidates } = await import('../completion/candidates.ts')
    const found = await candidates(call, call.args.words)
    for (const { text, value } of found) call.io.out.write(text === '' ? `${value}\n` : `${value}\t${text}\n`)
    return 0
  },
})
