// Such a file from what is there. What is usual is left out, unless it is to be whole.
import type { Talk } from '../call.ts'
import { consumerInput } from '../consumer-flags.ts'
import { credentialInput } from '../credential-flags.ts'
import { exitCodes, Failure } from '../exit.ts'
import type { Fields } from '../json-file.ts'
import { paged } from '../pages.ts'
import { consumerSchema, credentialSchema, type Schema, signalsSchema } from './schema.ts'
import { signalsOf } from './there.ts'

export interface ExportOptions {
  ids: readonly string[]
  environment: string | undefined
  full: boolean
  policies: boolean
}

export async function exported(call: Talk, options: ExportOptions): Promise<object> {
  const { environment, full, ids } = options
  const bare = (schema: Schema, record: Fields) => (full ? record : withoutUsual(schema, record))
  const all = { all: true, limit: undefined, after: undefined }
  const page = await paged(all, query => call.ask('credentials.list', { query: { ...query, environment } }))
  const chosen = page.items.filter(one => ids.length === 0 || ids.includes(one.id))
  const missing = ids.filter(id => !chosen.some(one => one.id === id))
  if (missing.length > 0) throw new Failure(exitCodes.failed, `There is no credential ${missing.join(', ')}.`)
  const credentials: Record<string, object> = {}
  for (const one of chosen) {
    const { items } = await call.ask('consumers.list', { params: { credential: one.id } })
    const consumers = items.map(each => [each.id, bare(consumerSchema, consumerInput(each))] as const)
    credentials[one.id] = {
      ...bare(credentialSchema, credentialInput(one)),
      ...(consumers.length > 0 && { consumers: Object.fromEntries(consumers) }),
    }
  }
  const policies = options.policies ? await policiesOf(call, full) : {}
  return { credentials, ...(Object.keys(policies).length > 0 && { policies }) }
}

async function policiesOf(call: Talk, full: boolean): Promise<object> {
  const { twoPerson } = await call.ask('settings.get')
  const signals = signalsOf(await call.ask('signalPolicy.get'))
  const own = full ? signals : withoutUsual(signalsSchema, signals)
  return {
    ...((full || Object.keys(twoPerson).length > 0) && { twoPerson }),
    ...((full || Object.keys(own).length > 0) && { signals: own }),
  }
}

function withoutUsual({ properties = {} }: Schema, record: Fields): Fields {
  const said = Object.entries(record).filter(([name, value]) => {
    const usual = properties[name]?.default
    return usual === undefined || JSON.stringify(usual) !== JSON.stringify(value)
  })
  return Object.fromEntries(said)
}
