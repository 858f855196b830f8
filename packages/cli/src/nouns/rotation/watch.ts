// rekey rotation watch: live, until it ends or waits for a person.
import type { Talk } from '../../call.ts'
import { exitCodes, Failure } from '../../exit.ts'
import { flag, length } from '../../kinds.ts'
import type { Answer } from '../../plane/operations.ts'
import { rotationArg, rotationId } from '../../rotation-named.ts'
import { type Block, blank } from '../../show/blocks.ts'
import { span } from '../../show/times.ts'
import { watched } from '../../show/watch.ts'
import { quiet } from '../../show/words.ts'
import { verb } from '../../verb.ts'
import { gatesBlocks } from '../../views/gates.ts'
import { ledgerBlocks } from '../../views/ledger.ts'
import { type Rotation, rotationBlocks } from '../../views/rotation.ts'

interface Seen {
  rotation: Rotation
  ledger: Answer<'rotations.ledger'>
  /** Asked where it stands before a decision; elsewhere it would say what is a matter of course. */
  gates: Answer<'rotations.gates'> | null
}

export const watch = verb({
  name: 'watch',
  summary: 'watch it live, until it ends or waits for a person',
  text: 'Ends with 0 when it is completed, with 1 when it was given up or rolled back, and with\n4 when it waits for a person: then it says for what. Piped, each change is a line.',
  args: rotationArg,
  options: {
    through: flag('go on also while it waits for a person'),
    within: length('give up after so long, with 124'),
    every: length('how often it looks', '1s'),
  },
  examples: ['rotation watch orders-db', 'rotation watch orders-db --within 2h --json | tail -1'],
  async run(call) {
    const id = await rotationId(call, call.args.rotation)
    const untilMs = call.options.within === undefined ? null : call.io.nowMs() + call.options.within
    let last: Seen | null = null
    const code = await watched(
      call,
      {
        async read() {
          last = await look(call, id)
          return last
        },
        blocks: seen => blocks(seen, call),
        json: seen => seen.rotation,
        over(seen) {
          const over = overOf(seen)
          if (over !== null && !(call.options.through && over === exitCodes.waits)) return over
          if (untilMs === null || call.io.nowMs() < untilMs) return null
          throw new Failure(
            exitCodes.timedOut,
            `It is not over within ${span(call.options.within ?? 0)}.`,
            waitsText(seen),
          )
        },
      },
      call.options.every ?? 1_000,
    )
    if (last !== null) say(call, call.args.rotation, last, code)
    return code
  },
})

async function look(call: Talk, id: string): Promise<Seen> {
  const rotation = await call.ask('rotations.get', { params: { id } })
  const ledger = await call.ask('rotations.ledger', { params: { id } })
  const isDeciding = rotation.step?.do === 'observe'
  return {
    rotation,
    ledger,
    gates: isDeciding ? await call.ask('rotations.gates', { params: { id } }) : null,
  }
}

/** null: it goes on by itself. */
function overOf({ gates, ledger, rotation }: Seen): number | null {
  const { ending, phase, plan, step } = rotation
  if (phase === 'ended') return ending === 'completed' ? 0 : exitCodes.failed
  if (phase === 'held' || phase === 'contained' || phase === 'stuck') return exitCodes.waits
  if (phase === 'planned') return plan.gaps.length > 0 ? exitCodes.waits : null
  if (step?.waitsFor?.startsWith('a person to ')) return exitCodes.waits
  if (gates === null || gates.open || ledger.nowMs < (step?.notBeforeMs ?? 0)) return null
  return gates.gates.every(one => one.open || one.gate === 'decision') ? exitCodes.waits : null
}

function waitsText({ rotation: { id, step } }: Seen): string {
  const waits = step?.waitsFor
  return waits == null ? `rekey rotation show ${id}` : `It waits for ${waits}.`
}

function blocks({ gates, ledger, rotation }: Seen, call: Talk): Block[] {
  const times = call.times(ledger.nowMs)
  const shown: Block[] = [...rotationBlocks(rotation, times)]
  if (ledger.rows.length > 0) {
    shown.push(
      blank,
      ...ledgerBlocks(ledger, rotation.credential, { why: false, consumer: undefined })(times),
    )
  }
  if (gates !== null) shown.push(blank, ...gatesBlocks(gates, rotation.credential, false, times))
  return shown
}

function say(call: Talk, named: string, seen: Seen, code: number): void {
  const { credential, phase, step } = seen.rotation
  if (code === exitCodes.interrupted) return
  if (code === exitCodes.waits) call.tell(quiet(call.times().said(waitsText(seen))))
  if (phase === 'held') call.hint(`rotation release ${named}`)
  else if (phase === 'contained') call.hint(`rotation containment ${named}`)
  else if (phase === 'stuck') call.hint(`rotation retry ${named}`)
  else if (phase === 'planned') call.hint(`rotation plan ${credential}`)
  else if (code === exitCodes.waits)
    call.hint(step?.do === 'observe' ? `rotation retire ${named}` : `rotation hand-step ${named}`)
  else if (code === 0) call.hint(`credential versions ${credential}`)
}
