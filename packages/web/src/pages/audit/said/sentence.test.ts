import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventView } from '@rekey/wire'
import { stepOf } from './of-rotations.ts'
import { textOf } from './piece.ts'
import { actorText, kindsOfEvents, plainSentence, sentenceOf, typeText } from './sentence.ts'

const event = (type: string, data: unknown, more: Partial<EventView> = {}): EventView => ({
  position: 7,
  stream: 'credential/db',
  seq: 1,
  type,
  atMs: 1_760_000_000_000,
  by: 'person:alice',
  credential: 'db',
  environment: 'production',
  data,
  leaf: 6,
  ...more,
})

/** Types as the core names them, from its sources: the dashboard may not import the core, and must not fall behind it. */
const core = join(import.meta.dirname, '../../../../../core/src')
const typesOfTheCore = globSync('**/{event,access-event,credential-event}.ts', { cwd: core }).flatMap(path =>
  [...readFileSync(join(core, path), 'utf8').matchAll(/^\s+(?:\| \{ |)type: '(\w+)'/gm)].map(
    found => found[1]!,
  ),
)
const known = kindsOfEvents.flatMap(one => one.types)

test('every kind of event that the core writes down has a sentence, and stands in one list', () => {
  assert.ok(typesOfTheCore.length > 90, `${typesOfTheCore.length} types were found`)
  assert.deepEqual(
    typesOfTheCore.filter(type => !known.includes(type)),
    [],
  )
  assert.equal(new Set(known).size, known.length)
})

test('a sentence with nothing to go by still is one: no event can make a page fail', () => {
  for (const type of [...known, 'somethingNew', 'constructor', '__proto__']) {
    for (const data of [
      null,
      {},
      [],
      'x',
      3,
      { consumers: 'no list', killed: 5, roles: [], scope: null, trigger: 1 },
    ]) {
      const text = plainSentence(event(type, data, { credential: null }))
      assert.ok(text.length > 3 && !/undefined|\[object|NaN/.test(text), `${type}: ${text}`)
    }
  }
})

test('a sentence says what happened and leads to what it is about', () => {
  const killed = event('versionKilled', { version: 3, kill: 'k1', epoch: 17 })
  assert.equal(plainSentence(killed), 'Version 3 of db is dead for good: kill, epoch 17')
  assert.deepEqual(
    sentenceOf(killed).filter(one => typeof one !== 'string'),
    [
      { text: 'db', href: '#/credentials/db' },
      { text: 'kill', href: '#/kills/k1' },
    ],
  )
  const moved = event(
    'waveMoved',
    { wave: 0, to: 'new', consumers: ['web', 'retry'] },
    { stream: 'rotation/r1' },
  )
  assert.equal(plainSentence(moved), 'The rotation of db moved wave 1 to the new version: web, retry')
  assert.deepEqual(sentenceOf(moved)[0], { text: 'The rotation', href: '#/rotations/r1' })
  const opened = event(
    'rotationOpened',
    { trigger: { why: 'event', event: 'leak-found' } },
    { stream: 'rotation/r1' },
  )
  assert.equal(plainSentence(opened), 'The rotation of db was opened: leak found')
  const roles = event('rolesChanged', { person: 'bob', roles: { '*': 'viewer', staging: 'admin' } })
  assert.equal(
    plainSentence(roles),
    'The roles of bob were changed: viewer in all environments, admin in staging',
  )
  const ordered = event('killOrdered', {
    scope: { of: 'query', query: { owner: 'x' } },
    killed: [1],
    reason: 'leak',
  })
  assert.equal(
    plainSentence(ordered),
    'A kill was ordered: everything with owner x, one version in all: leak',
  )
})

test('names are names, whatever is in them', () => {
  const odd = event('consumerMoved', { consumer: 'a/b <i>', to: 'new', reason: '<b>' }, { credential: 'c?d' })
  assert.ok(plainSentence(odd).includes('moved a/b <i> to the new version: <b>'))
  const links = sentenceOf(odd).flatMap(one => (typeof one === 'string' ? [] : [one.href]))
  assert.ok(links.includes('#/consumers/c%3Fd/a%2Fb%20%3Ci%3E'))
})

test('of many names the first are named, and the others counted', () => {
  const consumers = Array.from({ length: 12 }, (_, n) => `c${n}`)
  const text = plainSentence(event('waveMoved', { wave: 1, to: 'new', consumers }))
  assert.match(text, /c0, c1, c2, c3, c4 and 7 more$/)
})

test('a kind that is not known is shown by its type, with its data', () => {
  assert.equal(plainSentence(event('teaMade', { cups: 2 })), 'Tea made: {"cups":2}')
  assert.equal(typeText('windowOverdue'), 'Window overdue')
})

test('whoever did it is named as people know them', () => {
  assert.equal(actorText('person:alice'), 'alice')
  assert.equal(actorText('agent:web-1'), 'agent web-1')
  assert.equal(actorText('system:runner'), 'Rekey (runner)')
  assert.equal(actorText('odd'), 'odd')
})

test('on its own page a rotation is not named at each of its steps', () => {
  const step = (type: string, data: object) => {
    const said = stepOf(event(type, data, { stream: 'rotation/r' }))
    return said === null ? null : textOf(said)
  }
  const minted = { verb: 'mint', side: 'new', result: { is: 'minted' } }
  assert.equal(step('effectDone', minted), 'Minted the new version')
  assert.equal(plainSentence(event('effectDone', minted)), 'The rotation of db minted the new version')
  assert.equal(
    step('effectDone', { ...minted, verb: 'probe', result: { is: 'refused' } }),
    'Probed the new version: refused',
  )
  assert.equal(
    step('consumerMoved', { consumer: 'web', to: 'old', reason: 'odd' }),
    'Moved web to the old version: odd',
  )
  assert.equal(step('credentialRegistered', {}), null)
})
