// For tests only: a good request for each operation of kills; the last of all, for a kill is for good.
import type { VisitOf } from './visits.ts'
import type { World } from './world.ts'

const reason = 'because the test says so'
const ofVersion = ({ b }: World) => ({ of: 'version', credential: b.credential, version: 1 })

export const ofKills: Record<string, VisitOf> = {
  'orderKeys.list': () => ({}),
  'orderKeys.rings': () => ({}),
  'orderKeys.replace': () => ({ body: { reason } }),
  'glass.make': () => ({ body: {} }),
  'glass.list': () => ({}),
  'kills.preview': w => ({ body: { scope: ofVersion(w) } }),
  // Whoever asks in all its forms must leave something to be asked for.
  'kills.order': w => ({ body: { scope: ofVersion(w), reason, expectVersions: 9 }, status: 409 }),
  'kills.breakGlass': (w, before) => ({
    body: { code: before['glass.make']?.code ?? 'none', scope: ofVersion(w), reason },
    ...(before['glass.make'] === undefined && { status: 401 }),
  }),
  'glass.remove': (_, before) => ({ params: { id: before['glass.make']?.id ?? 'none' } }),
  'kills.list': () => ({}),
  'kills.get': (_, before) => ({ params: { id: before['kills.breakGlass']?.kill ?? 'none' } }),
  'kills.report': (_, before) => ({ params: { id: before['kills.breakGlass']?.kill ?? 'none' } }),
  'kills.dismiss': (w, before) => ({
    params: { id: before['kills.breakGlass']?.kill ?? 'none' },
    body: { credential: w.b.credential, consumer: 'web', instance: 'nobody', reason },
    status: 404,
  }),
  'agent.orders': () => ({}),
  'agent.orderAnswer': () => ({
    params: { epoch: 1 },
    query: { instance: 'web-1', said: 'applied' },
  }),
}
