// rekey credential reveal: the value itself, for a person who says why. It is written down who saw what.
import { usage } from '../../exit.ts'
import { count, flag, needed, word } from '../../kinds.ts'
import { text as verbatim } from '../../show/blocks.ts'
import { plain } from '../../show/plain.ts'
import { verb } from '../../verb.ts'
import { reason, yes } from '../../write.ts'

export const reveal = verb({
  name: 'reveal',
  summary: 'show the value of a version; who saw it, and why, is written down',
  text: `At a terminal the value is shown with whatever could move its cursor made visible.
Elsewhere it would lie in a file or a log, so that takes --force-print; then it comes
out byte for byte, without a line’s end. With --json it is the answer of the API.`,
  args: {
    credential: needed(word('id', 'its id', { ids: 'credential' })),
    version: count('number', 'which version [the current one]'),
  },
  options: { ...reason, ...yes, forcePrint: flag('also where standard output is no terminal') },
  examples: ['credential reveal orders-db --reason "the console asks for it"'],
  async run(call) {
    const { io, options } = call
    const id = call.args.credential
    // Before it is asked for: what was shown to nobody must not stand in the record as seen.
    if (!io.out.isTerminal && !options.forcePrint) {
      throw usage(
        'Standard output is no terminal: the value would be left lying in a file or a log.',
        'Say --force-print.',
      )
    }
    const number = call.args.version ?? (await currentOf(call.ask('credentials.get', { params: { id } }), id))
    const reason = await call.reason(options.reason)
    await call.confirm(`Show version ${number} of ${id} here?`, options.yes)
    const answer = await call.ask('credentials.reveal', { params: { id, number }, body: { reason } })
    const { value } = answer
    if (options.json) call.json(answer)
    else if (io.out.isTerminal) call.print([verbatim(value)])
    else io.out.write(value)
    if (io.out.isTerminal && !options.json && plain(value) !== value)
      call.tell(
        'Some of it cannot be shown, and stands there as its number: with --force-print into a file it is whole.',
      )
    return 0
  },
})

async function currentOf(answer: Promise<{ currentVersion: number | null }>, id: string): Promise<number> {
  const { currentVersion } = await answer
  if (currentVersion !== null) return currentVersion
  throw usage(`${id} has no version in use.`, `Name one: rekey credential versions ${id}`)
}
