// rekey break-glass: codes that kill when nobody can sign in.
import { length, needed, word } from '../kinds.ts'
import { line } from '../show/blocks.ts'
import { quiet } from '../show/words.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { list as listed } from '../views/list.ts'
import { none } from '../views/states.ts'
import { pending, write, yes } from '../write.ts'

const list = view({
  name: 'list',
  summary: 'list break-glass codes, without the codes',
  read: call => call.ask('glass.list'),
  blocks({ items }, call) {
    const times = call.times()
    return listed({
      items,
      one: 'code',
      columns: [
        { title: 'code', cell: one => one.id },
        { title: 'made', cell: one => times.near(one.madeMs) },
        { title: 'expires', cell: one => (one.expiresMs === null ? none : times.near(one.expiresMs)) },
      ],
    })
  },
})

const make = write({
  name: 'make',
  summary: 'make a code; it is shown this once, alone on standard output',
  text: 'Whoever has it can order a kill without signing in, and do nothing else. Print it, seal\nit, and keep it where it is found.',
  options: { life: length('how long it is good') },
  request: call => pending('glass.make', { body: { lifeMs: call.options.life } }),
  blocks: answer => [line(answer.code)],
  async after({ expiresMs, id }, call) {
    const until = expiresMs === null ? 'It has no end' : `It is good until ${call.times().both(expiresMs)}`
    if (!call.options.json) call.tell(quiet(`${until}, and is taken back as ${id}.`))
    return 0
  },
})

const remove = write({
  name: 'remove',
  summary: 'take a code back',
  args: { code: needed(word('id', 'the code', { ids: 'break-glass' })) },
  options: yes,
  request: call => pending('glass.remove', { params: { id: call.args.code } }),
  confirm: call => call.confirm(`Take the code ${call.args.code} back?`, call.options.yes),
  blocks: () => [line('It kills nothing any more.')],
})

export const verbs: readonly Verb[] = [list, make, remove]
