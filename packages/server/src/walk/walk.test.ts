import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { models } from '@rekey/core'
import { dropSchema, postgresIsThere, postgresUrl } from '@rekey/store/fixtures'
import { crashWalk } from './crash.ts'
import { scenes } from './scenes.ts'
import type { Place } from './stage.ts'
import { walk } from './walk.ts'

const schema = `rekey_walk_test_${process.pid}`
const postgres = await postgresIsThere('walks on PostgreSQL')

for (const model of models) {
  for (const engine of ['SQLite', 'PostgreSQL'] as const) {
    if (engine === 'PostgreSQL' && !postgres) continue
    test(`a rotation by the model ${model} walks from plan to proof on ${engine}`, async () => {
      await inFolder(async folder => {
        const here = { url: postgresUrl, schema: `${schema}_${model}` }
        const place: Place = { folder, postgres: engine === 'PostgreSQL' ? here : null }
        try {
          const { final, failedWork, refusedRetirements } = await walk({
            place,
            scene: scenes[model],
            journal: () => ({}),
            point: () => {},
          })
          assert.equal(final.ending, 'completed')
          assert.deepEqual(final.versions, ['1 dead', '2 active'])
          assert.deepEqual(final.target, ['2 enabled'])
          assert.equal(final.orphans, 0)
          assert.equal(final.log, 'verified')
          assert.equal(failedWork, 0)
          assert.ok(refusedRetirements > 0)
        } finally {
          if (place.postgres !== null) await dropSchema(place.postgres.schema)
        }
      })
    })
  }
}

// After every single one: npm run walk -- --crash
test('a rotation that is killed after an event or a call, at every fourth of them, ends each time in the same state', async () => {
  await inFolder(async folder => {
    const ok = await crashWalk('dual', { folder, postgres: null }, () => {}, { every: 4 })
    assert.ok(ok)
  })
})

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-walk-test-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
