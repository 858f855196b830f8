// rekey export: a file from what is there, as rekey apply reads it.
import { flag, many, word } from '../kinds.ts'
import { plainJson } from '../show/plain.ts'
import { verb } from '../verb.ts'

export const exportFile = verb({
  name: 'export',
  summary: 'write such a file from what is there',
  text: 'What is usual is left out, unless --full. Values are no part of it.',
  options: {
    credential: many('id', 'only these', { ids: 'credential' }),
    environment: word('name', 'of one environment only', { ids: 'environment' }),
    full: flag('also what is usual'),
    noPolicies: flag('without what needs two people, and what is done about signals'),
    schema: word('address', 'where the schema is, for editors'),
  },
  examples: ['export > rekey.json', 'export --credential orders-db --schema ./rekey.schema.json'],
  async run(call) {
    const { exported } = await import('../document/export.ts')
    const { credential, environment, full, noPolicies, schema } = call.options
    const document = await exported(call, { ids: credential, environment, full, policies: !noPolicies })
    const whole = { ...(schema !== undefined && { $schema: schema }), ...document }
    // A file for people, also where it is piped.
    call.io.out.write(`${plainJson(JSON.stringify(whole, null, 2))}\n`)
    return 0
  },
})
