// rekey apply: make what is there as the files say.
import { exitCodes } from '../exit.ts'
import { flag } from '../kinds.ts'
import { line } from '../show/blocks.ts'
import { verb } from '../verb.ts'
import { some } from '../views/states.ts'
import { reason, yes } from '../write.ts'
import { documentOptions } from './diff.ts'

export const apply = verb({
  name: 'apply',
  summary: 'make what is there as the files say',
  text: `Twice has the effect of once. A credential that was changed in between is not written
over. The first step that fails ends it, unless --keep-going. --prune takes consumers
away that the files do not name, after it has asked; credentials are never taken away.
--dry-run is rekey diff.`,
  options: {
    ...documentOptions,
    keepGoing: flag('go on behind a step that fails'),
    dryRun: flag('show what differs, and change nothing'),
    ...reason,
    ...yes,
  },
  examples: ['apply -f rekey.json', 'apply -f credentials/ --prune --yes --reason "moved to team B"'],
  async run(call) {
    const [
      { readDocuments },
      { whatIsThere },
      { stepsTo },
      { stepsBlocks, stepsJson },
      { applySteps, doneJson },
    ] = await Promise.all([
      import('../document/read.ts'),
      import('../document/there.ts'),
      import('../document/steps.ts'),
      import('../document/show.ts'),
      import('../document/apply.ts'),
    ])
    const { dryRun, file, keepGoing, prune, yes } = call.options
    const wanted = await readDocuments(file, call.io)
    const steps = stepsTo(wanted, await whatIsThere(call, wanted), prune)
    if (dryRun || steps.steps.length === 0) {
      call.show(stepsJson(steps), () => stepsBlocks(steps))
      return steps.steps.length === 0 ? 0 : exitCodes.differs
    }
    const going = steps.steps.filter(one => one.do === 'remove-consumer')
    if (going.length > 0) {
      if (!call.everywhere.json && !yes) call.print(stepsBlocks(steps))
      await call.confirm(`Take ${some(going.length, 'consumer')} out of the register?`, yes)
    }
    const done = await applySteps(call, steps.steps, {
      keepGoing,
      reason: call.options.reason ?? 'the files do not name it any more (rekey apply --prune)',
    })
    const failed = done.filter(one => one.failure !== null)
    call.show(doneJson(done, steps.steps.length), () => [
      line(
        `${done.length - failed.length} done, ${failed.length} failed, ${steps.same} were as the files say.`,
      ),
    ])
    return failed[0]?.failure?.exitCode ?? 0
  },
})
