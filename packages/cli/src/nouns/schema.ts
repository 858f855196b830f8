// rekey schema: the JSON Schema of the files, for editors.
import { plainJson } from '../show/plain.ts'
import { verb } from '../verb.ts'

export const schema = verb({
  name: 'schema',
  summary: 'the JSON Schema of the files that apply reads, for editors',
  text: 'Say "$schema": "./rekey.schema.json" in the file, and an editor completes and checks it.',
  isBare: true,
  examples: ['schema > rekey.schema.json'],
  async run(call) {
    const { documentSchema } = await import('../document/schema.ts')
    call.io.out.write(`${plainJson(JSON.stringify(documentSchema, null, 2))}\n`)
    return 0
  },
})
