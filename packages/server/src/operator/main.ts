// npm run store -- <backup FILE | restore FILE | verify | lift-fence --reason … | root-key --to FILE>
// What an operator does to a store, beside the control plane or before it starts.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { formatKey } from '@rekey/log'
import { backup, type Place, readRootKey, restore, rewrapAll } from '@rekey/store'
import { type Config, readConfig } from '../config.ts'
import { explainFailure } from '../failure.ts'
import { liftFence } from '../registry/fence.ts'
import { logSigner } from '../sealing/key.ts'
import { verifyLog } from '../sealing/verify.ts'
import { isPostgres, openGround, rootKey } from '../start.ts'

const usage = `usage: npm run store -- <command>

  backup FILE                one consistent, portable file, while the store goes on working
  restore FILE               into an empty store; it starts fenced and acts on nothing
  verify                     every event against the sealed log, and the log against its checkpoint
  lift-fence --reason TEXT   after the record has been compared with the targets
                 --by ID     your id, as it will stand in the log
  root-key --to FILE         wraps every value under another root key; goes on where it was interrupted

The store is the one of REKEY_STORE (data/rekey.db). SQLite allows one process at a time: only backup works beside a
running control plane.
`

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      reason: { type: 'string', default: '' },
      by: { type: 'string', default: '' },
      to: { type: 'string', default: '' },
    },
  })
  const [command, file] = positionals
  const config = readConfig(process.env)
  switch (command) {
    case 'backup':
    case 'restore': {
      if (file === undefined) break
      const place = placeOf(config)
      const done =
        command === 'backup' ? await backup(place, resolve(file)) : await restore(resolve(file), place)
      console.log(`${command}: ${done.rows} rows, taken at ${new Date(done.takenMs).toISOString()}`)
      if (command === 'restore')
        console.log('The store is fenced: compare it with the targets, then lift the fence.')
      return 0
    }
    case 'verify':
      return verify(config)
    case 'lift-fence':
      if (values.reason === '' || values.by === '') break
      return lift(config, values.reason, values.by)
    case 'root-key':
      if (values.to === '') break
      return changeRootKey(config, values.to)
  }
  process.stderr.write(usage)
  return 2
}

async function verify(config: Config): Promise<number> {
  const ground = await openGround(config, {})
  try {
    const signer = await logSigner(ground.store, ground.vault, config.origin, ground.random)
    const { faults, ok, size, unsealed } = await verifyLog(ground.store, signer)
    for (const { code, text } of faults) console.log(`${code}: ${text}`)
    console.log(
      `${ok ? 'verified' : 'BROKEN'}: ${size} events sealed, ${unsealed} not yet; key ${formatKey(signer)}`,
    )
    return ok ? 0 : 1
  } finally {
    await ground.store.close()
  }
}

async function lift(config: Config, reason: string, id: string): Promise<number> {
  const ground = await openGround(config, {})
  try {
    const lifted = await liftFence(ground, reason, { kind: 'person', id })
    console.log(lifted.ok ? 'The fence is lifted.' : `${lifted.text}: ${lifted.how}`)
    return lifted.ok ? 0 : 1
  } finally {
    await ground.store.close()
  }
}

async function changeRootKey(config: Config, path: string): Promise<number> {
  const [from, to] = [await rootKey(config), await readRootKey({ from: 'file', path: resolve(path) })]
  const ground = await openGround(config, {}, [from, to])
  try {
    const { keys, values } = await rewrapAll(ground.store, from, to)
    console.log(
      `${values} values and ${keys} keys are now under root key ${to.id}; start with it from now on.`,
    )
    return 0
  } finally {
    await ground.store.close()
  }
}

function placeOf({ store }: Config): Place {
  return isPostgres(store)
    ? { engine: 'postgres', connection: store }
    : { engine: 'sqlite', path: resolve(store) }
}

try {
  process.exitCode = await main()
} catch (error) {
  for (const line of explainFailure(error)) console.error(line)
  process.exitCode = 1
}
