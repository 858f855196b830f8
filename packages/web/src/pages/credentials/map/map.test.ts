import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerRecord } from '../../consumers/words.ts'
import { graphOf, linesOf, neighbourhood, nodeIdOf, placeIn, targetId } from './graph.ts'
import { layoutOf, type Placed } from './layout.ts'
import { fitted, moved, showing, whole, zoomed } from './view.ts'

const consumer = (id: string, over: Partial<ConsumerRecord> = {}): ConsumerRecord => ({
  id,
  credential: 'doc',
  name: id,
  behaviour: 'web-request',
  pathClass: 'primary',
  access: { how: 'direct' },
  owner: null,
  source: '',
  follows: 'assignment',
  reload: { how: 'unknown' },
  cacheMs: 0,
  sessionMs: 0,
  checkpoints: false,
  retriesReuseContext: false,
  inFlightMayFinish: true,
  cadence: { how: 'continuous' },
  horizonMs: 0,
  fallback: { how: 'none' },
  effects: [],
  lanes: [],
  critical: false,
  observability: 'none',
  toleratesTwo: true,
  lastExercisedAtMs: null,
  idle: null,
  ...over,
})
const through = (id: string, by: string, over: Partial<ConsumerRecord> = {}) =>
  consumer(id, { access: { how: 'indirect', through: by }, ...over })
const nothing = new Set<string>()
const crowd = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    consumer(`c${at}`, {
      behaviour: at % 2 === 0 ? 'background-job' : 'agent',
      pathClass: at % 5 === 0 ? 'exception' : 'background',
      ...(at > 20 && at % 9 === 0 && { access: { how: 'indirect', through: `c${at % 20}` } }),
    }),
  )

test('who authenticates hangs on the target, and who comes by a token on whoever hands it on', () => {
  const { nodes, edges } = graphOf('db', [consumer('web'), through('sub', 'web')], nothing)
  assert.deepEqual(
    nodes.map(one => one.is),
    ['target', 'consumer', 'consumer'],
  )
  assert.deepEqual(edges, [
    { from: nodeIdOf('web'), to: nodeIdOf('sub'), isSure: true },
    { from: targetId, to: nodeIdOf('web'), isSure: true },
  ])
})

test('a way through somebody whom nobody registered is drawn, and is not sure', () => {
  const { nodes, edges } = graphOf('db', [through('sub', 'gateway')], nothing)
  assert.equal(nodes.filter(one => one.is === 'missing').length, 1)
  assert.equal(edges.filter(one => !one.isSure).length, 1)
})

test('many that are alike are one group until it is opened, and none is lost', () => {
  const some = crowd(200)
  const closed = graphOf('db', some, nothing)
  assert.ok(closed.nodes.length < 60, String(closed.nodes.length))
  assert.equal(closed.shownBy.size, 200)
  const group = closed.nodes.find(one => one.is === 'group')!
  const open = graphOf('db', some, new Set([group.id]))
  assert.ok(open.nodes.find(one => one.id === group.id)!.height > group.height)
  // Whoever hands a token on is never hidden in a group.
  for (const one of some)
    if (one.access.how === 'indirect')
      assert.equal(closed.shownBy.get(one.access.through), nodeIdOf(one.access.through))
})

test('few consumers are not grouped', () => {
  assert.equal(
    graphOf('db', crowd(12), nothing).nodes.some(one => one.is === 'group'),
    false,
  )
})

test('a neighbourhood is the way to the target and all who depend on it, also in a circle', () => {
  const graph = graphOf('db', [consumer('a'), through('b', 'a'), through('c', 'b'), consumer('d')], nothing)
  assert.deepEqual([...neighbourhood(graph, nodeIdOf('b'))].sort(), [
    nodeIdOf('a'),
    nodeIdOf('b'),
    nodeIdOf('c'),
    targetId,
  ])
  const circle = graphOf('db', [through('x', 'y'), through('y', 'x')], nothing)
  assert.deepEqual([...neighbourhood(circle, nodeIdOf('x'))].sort(), [nodeIdOf('x'), nodeIdOf('y')])
})

test('nodes are placed from left to right, and none lies on another', () => {
  const some = crowd(200)
  const groups = graphOf('db', some, nothing).nodes.flatMap(one => (one.is === 'group' ? [one.id] : []))
  const graph = graphOf('db', some, new Set(groups))
  const { at, width, height } = layoutOf(graph)
  const boxes = graph.nodes.map(one => ({ ...at[one.id]!, width: one.width, height: one.height }))
  assert.deepEqual(overlaps(boxes), [])
  assert.ok(
    boxes.every(
      one => one.x >= -1 && one.y >= -1 && one.x + one.width <= width + 1 && one.y + one.height <= height + 1,
    ),
  )
  for (const { from, to } of graph.edges) assert.ok(at[from]!.x < at[to]!.x, `${from} → ${to}`)
})

function overlaps(boxes: readonly { x: number; y: number; width: number; height: number }[]): string[] {
  const found: string[] = []
  for (const [at, a] of boxes.entries())
    for (const b of boxes.slice(at + 1))
      if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        found.push(JSON.stringify([a, b]))
  return found
}

test('a circle and an empty map have a place too', () => {
  const circle = graphOf('db', [through('x', 'y'), through('y', 'x')], nothing)
  const { at }: Placed = layoutOf(circle)
  assert.equal(Object.keys(at).length, 3)
  assert.equal(layoutOf(graphOf('db', [], nothing)).at[targetId]!.x, 0)
})

test('members of an open group stand in a grid', () => {
  const places = Array.from({ length: 8 }, (_, at) => placeIn(8, at))
  assert.equal(new Set(places.map(one => `${one.x} ${one.y}`)).size, 8)
})

test('a long name is broken between words, and its end is cut', () => {
  assert.deepEqual(linesOf('Web servers', 20, 2), ['Web servers'])
  assert.deepEqual(linesOf('Replay script of the year end', 16, 2), ['Replay script of', 'the year end'])
  assert.deepEqual(linesOf('abcdefghij'.repeat(4), 10, 2), ['abcdefghij', 'abcdefghi…'])
  assert.ok(linesOf('<b>bold</b> & so on and on and on', 10, 2).every(line => line.length <= 10))
})

const frame = { width: 800, height: 500 }

test('what fits is shown whole, and what would be too small to read begins at its beginning', () => {
  assert.equal(fitted({ width: 400, height: 300 }, frame, 150).scale, 1)
  const tall = fitted({ width: 700, height: 9_000 }, frame, 4_500)
  assert.equal(tall.scale, 0.75)
  assert.equal(tall.y + 4_500 * tall.scale, frame.height / 2)
  assert.ok(whole({ width: 700, height: 9_000 }, frame).scale < 0.2)
})

test('what lies under the pointer stays there when it is made larger', () => {
  const before = { x: 10, y: 20, scale: 1 }
  const after = zoomed(before, 1.5, { x: 110, y: 120 })
  assert.deepEqual([(110 - after.x) / after.scale, (120 - after.y) / after.scale], [100, 100])
  assert.equal(zoomed(before, 1_000, { x: 0, y: 0 }).scale, 2)
})

test('the map cannot be moved out of sight, and a node that is out of sight is brought into it', () => {
  const content = { width: 1_000, height: 1_000 }
  assert.equal(moved({ x: 0, y: 0, scale: 1 }, { x: -9_999, y: 9_999 }, content, frame).x, -940)
  const view = showing({ x: 0, y: 0, scale: 1 }, { x: 900, y: 900, width: 100, height: 50 }, frame)
  assert.ok(view.x + 1_000 <= frame.width && view.y + 950 <= frame.height)
})
