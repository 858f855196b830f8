// The usual way, so that the measurement is seen to fail: a new value is made and handed to everybody, and after a fixed time the
// old one is ended, whoever still works with it.
import type { Bed, Plot } from '@rekey/conformance'
import { Secret } from '@rekey/core'
import { type Context, ProviderError } from '@rekey/providers'
import { newSecret } from '@rekey/server'
import type { Workplace } from './pools.ts'
import type { Loaded } from './rotation.ts'
import { consumers, workersAt } from './workers.ts'

const warmMs = 1_500
/** Less than the slowest worker takes to hear of it. */
const hopeMs = 700

export async function rotateCarelessly(bed: Bed, plot: Plot, place: Workplace): Promise<Loaded> {
  const began = Date.now()
  const { provider } = bed
  const context = (): Context => ({
    settings: plot.settings(),
    signal: AbortSignal.timeout(20_000),
    owner: '0badcafe',
    admin: async name => {
      const value = plot.admin[name]
      if (value === undefined) throw new ProviderError('denied', `there is no admin secret ${name}`)
      return new Secret(value)
    },
    nowMs: Date.now,
  })
  const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
  const workers = workersAt(place)
  const tellAll = (version: number, handle: string, value: string) => {
    for (const consumer of Object.keys(consumers)) workers.tell({ consumer, version, handle, value })
  }
  try {
    tellAll(1, plot.existing.handle, plot.existing.value)
    await pause(warmMs)
    const secret = new Secret(newSecret(provider.secretBytes))
    const operation = { key: 'careless', credential: 'load', version: 2, secret, intendedMs: Date.now() }
    const { handle } = await provider.mint!(context(), operation)
    tellAll(2, handle, secret.reveal())
    await pause(hopeMs)
    await provider.disable!(context(), plot.existing.handle)
    workers.oldIsDead()
    await provider.endSessions!(context(), plot.existing.handle)
    await provider.destroy!(context(), plot.existing.handle)
    await pause(warmMs)
  } finally {
    await workers.end()
  }
  const seconds = (Date.now() - began) / 1_000
  const { operations } = workers.counted
  return { ...workers.counted, seconds, ending: 'careless', perSecond: Math.round(operations / seconds) }
}
