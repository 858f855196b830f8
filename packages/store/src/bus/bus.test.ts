import { setImmediate } from 'node:timers/promises'
import { busConformance } from './conformance.ts'
import { postgresIsThere, postgresUrl } from './fixtures.ts'
import { memoryBus } from './memory.ts'
import { postgresBus } from './postgres.ts'

busConformance('in memory', async () => {
  const errors: unknown[] = []
  const bus = memoryBus({ onError: error => errors.push(error) })
  return {
    here: bus,
    there: bus,
    errors,
    settle: async () => void (await setImmediate()),
    end: () => bus.close(),
  }
})

if (await postgresIsThere('the bus over PostgreSQL')) {
  busConformance('over PostgreSQL', async () => {
    const channel = `rekey_test_${process.pid}`
    const errors: unknown[] = []
    const here = await postgresBus({ connection: postgresUrl, channel })
    const there = await postgresBus({
      connection: postgresUrl,
      channel,
      onError: error => errors.push(error),
    })
    return {
      here,
      there,
      errors,
      async settle() {
        const arrivals = [here, there].map(async bus => {
          const { promise, resolve } = Promise.withResolvers<void>()
          const stop = await bus.subscribe('settle', () => resolve())
          return { promise, stop }
        })
        const all = await Promise.all(arrivals)
        await here.publish('settle', '')
        await Promise.all(all.map(one => one.promise))
        await Promise.all(all.map(one => one.stop()))
      },
      async end() {
        await here.close()
        await there.close()
      },
    }
  })
}
