// For the specs of files: what is there, what files say, and a folder to put them in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answers, SmallPlane } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'

export const db = {
  name: 'Orders database',
  kind: 'database',
  provider: 'postgres',
  settings: { host: 'db-1', prefix: 'orders' },
  target: 'orders-cluster',
  environment: 'prod',
}
export const web = { name: 'Web shop', behaviour: 'web-request' }

export async function inFolder(
  files: Record<string, unknown>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-document-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true })
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    }
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const thereAnswers = (more: Answers = {}): Answers => ({
  'GET /providers': values.providers,
  'GET /credentials/orders-db': () => ({
    value: { ...values.ordersDb, settings: db.settings },
    headers: { etag: '"7"' },
  }),
  'GET /credentials/orders-db/consumers': {
    items: values.consumers.items.slice(0, 2).map(one => ({ ...one, seenAs: ['10.0.0.7'] })),
  },
  'GET /credentials/orders-db/consumers/web': () => ({
    value: { ...values.consumers.items[0]!, seenAs: ['10.0.0.7'] },
    headers: { etag: '"web"' },
  }),
  'PUT /credentials/orders-db': values.ordersDb,
  'PUT /credentials/orders-db/consumers/web': values.consumers.items[0]!,
  'POST /credentials': () => ({ status: 201, value: values.ordersDb }),
  'DELETE /credentials/orders-db/consumers/replay': { ok: true },
  'GET /settings': { twoPerson: {} },
  'PUT /settings': { twoPerson: {} },
  ...more,
})

/** As it is there, in as few words as it takes. */
export const orders = {
  ...db,
  owner: { id: 'alice', name: 'Alice Nkemelu' },
  sensitivity: 'sensitive',
  policy: { everyMs: 604_800_000, approvals: 1 },
  lanes: ['checkout', 'refund'],
}
export const webThere = {
  ...web,
  owner: { id: 'alice', name: 'Alice Nkemelu' },
  reload: { how: 'ttl', ttlMs: 60_000 },
  observability: 'sdk',
}

export const writes = (plane: SmallPlane) => plane.asked.filter(one => one.method !== 'GET')
