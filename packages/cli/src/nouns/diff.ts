// rekey diff: how files differ from what is there.
import { exitCodes } from '../exit.ts'
import { files, flag, short } from '../kinds.ts'
import { verb } from '../verb.ts'

export const documentOptions = {
  file: short('f', files('a document, a folder of them, or - for standard input')),
  prune: flag('consumers that the files do not name, of credentials that they do, go'),
}

export const diff = verb({
  name: 'diff',
  summary: 'how files differ from what is there, field by field',
  text: `Ends with 0 when there is nothing to do, and with 2 when something differs. What a file
does not say is as usual: rekey schema says what that is. Comments and commas at an
end are allowed. Values never stand in files; admin secrets are named.`,
  options: documentOptions,
  examples: ['diff -f rekey.json', 'diff -f credentials/ --prune'],
  async run(call) {
    const [{ readDocuments }, { whatIsThere }, { stepsTo }, { stepsBlocks, stepsJson }] = await Promise.all([
      import('../document/read.ts'),
      import('../document/there.ts'),
      import('../document/steps.ts'),
      import('../document/show.ts'),
    ])
    const wanted = await readDocuments(call.options.file, call.io)
    const steps = stepsTo(wanted, await whatIsThere(call, wanted), call.options.prune)
    call.show(stepsJson(steps), () => stepsBlocks(steps))
    if (steps.steps.length === 0) return 0
    call.hint(
      `apply ${call.options.file.map(one => `-f ${one}`).join(' ')}${call.options.prune ? ' --prune' : ''}`,
    )
    return exitCodes.differs
  },
})
