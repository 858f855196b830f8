// The control plane, from its settings to the signal that ends it. Entered by main.mjs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { explainFailure } from './failure.ts'

try {
  const [{ readConfig }, { start }, { lineJournal }, { logTo }] = await Promise.all([
    import('./config.ts'),
    import('./start.ts'),
    import('./lines.ts'),
    import('./http/log.ts'),
  ])
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const config = readConfig(process.env)
  const write = (line: string) => console.log(line)
  const running = await start(config, lineJournal(write), version, logTo(write))
  const stop = (signal: string) => {
    console.log(`${signal}: stopping`)
    // What is recorded is safe at any moment; a target that does not answer must not keep the process for ever.
    setTimeout(() => fail(new Error('it did not stop in time, and was ended')), 10_000).unref()
    running.stop().then(
      () => process.exit(0),
      error => fail(error),
    )
  }
  process.once('SIGINT', () => stop('SIGINT'))
  process.once('SIGTERM', () => stop('SIGTERM'))
  console.log(`Rekey ${version} is ready at ${running.address}`)
  console.log(`  store     ${running.engine}`)
  for (const fault of running.faults) console.log(`  left out  ${fault}`)
  if (running.setUpLink !== null) console.log(`  set up    ${running.setUpLink}`)
  console.log(`  dashboard ${running.dashboard ?? 'not built: npm run build:web'}`)
  console.log(`  health    ${running.address}/readyz`)
  console.log(`  the API   ${running.address}/docs`)
} catch (error) {
  fail(error)
}

function fail(error: unknown): never {
  for (const line of explainFailure(error)) console.error(line)
  process.exit(1)
}
