import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idFrom } from '../../parts/owner-draft.ts'
import { consumerDraft, readConsumer } from './draft.ts'
import { type ConsumerRecord, lacksOf, pactText, reloadText } from './words.ts'

const whole = {
  id: 'web',
  credential: 'doc',
  name: 'Web servers',
  behaviour: 'web-request',
  pathClass: 'background',
  access: { how: 'indirect', through: 'gateway' },
  owner: { id: 'team-web', name: 'Web team' },
  source: 'file /run/secrets/doc',
  follows: 'alias',
  reload: { how: 'ttl', ttlMs: 90_000 },
  cacheMs: 30_000,
  sessionMs: 21_600_000,
  checkpoints: true,
  retriesReuseContext: true,
  inFlightMayFinish: false,
  cadence: { how: 'every', everyMs: 86_400_000 },
  horizonMs: 172_800_000,
  fallback: { how: 'degrades', to: 'yesterday', canBeDisabled: true },
  effects: ['invoices are sent', 'mail goes out'],
  lanes: ['read'],
  critical: true,
  observability: 'sdk',
  toleratesTwo: false,
  seenAs: ['10.0.0.1'],
  pact: { addresses: ['10.0.0.0/8'], hoursUtc: [22, 6], resources: ['a'], models: ['m'], perHour: 5 },
  lastExercisedAtMs: null,
  idle: null,
} satisfies ConsumerRecord

test('a consumer goes into the form and comes out as it was', () => {
  const { id, credential: _, lastExercisedAtMs: __, idle: ___, ...input } = whole
  assert.deepEqual(readConsumer(consumerDraft(whole)), { id, input, faults: {} })
})

test('an empty form names everything that is needed, and nothing else', () => {
  assert.deepEqual(readConsumer(consumerDraft()).faults, {
    id: 'Give it an id.',
    name: 'Give it a name.',
    behaviour: 'Say what it is.',
  })
})

test('what was chosen asks for what belongs to it', () => {
  const chosen = {
    ...consumerDraft(whole),
    through: '',
    ttl: '',
    every: '0',
    fallbackTo: '',
    cache: 'soon',
    hoursTo: '',
    perHour: '0',
  }
  assert.deepEqual(Object.keys(readConsumer(chosen).faults).sort(), [
    'cache',
    'every',
    'fallbackTo',
    'hoursTo',
    'perHour',
    'through',
    'ttl',
  ])
})

test('the id of an owner follows from the name, and an owner who has no name is none', () => {
  const of = (name: string, id: string) => readConsumer({ ...consumerDraft(whole), owner: { name, id } })
  assert.deepEqual(of('Équipe Données!', '').input.owner, { id: 'equipe-donnees', name: 'Équipe Données!' })
  assert.equal(of('', '').input.owner, null)
  assert.ok(of('', 'x').faults.owner)
  assert.ok(of('你好', '').faults.owner)
  assert.equal(idFrom('--A  b--'), 'a-b')
})

test('what a consumer lacks is said with what to do', () => {
  assert.deepEqual(lacksOf(whole), [])
  const poor: ConsumerRecord = {
    ...whole,
    owner: null,
    reload: { how: 'restart', documented: false },
    observability: 'none',
    idle: { by: 'alice', atMs: 1, reason: 'off' },
  }
  assert.deepEqual(
    lacksOf(poor).map(one => one.what),
    ['no-owner', 'undocumented', 'unseen', 'idle'],
  )
  assert.match(reloadText(poor.reload), /not written down/)
  assert.equal(pactText(whole.pact).length, 5)
})
