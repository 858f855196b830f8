import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  allRoutes,
  attentionActions,
  type Route,
  root,
  rights as wireRights,
  roles as wireRoles,
} from '@rekey/wire'
import * as choices from '../choices.ts'
import { commandFor } from '../views/next-step.ts'
import { addresses, addressOf } from './operations.ts'

const byName = new Map<string, Route>(allRoutes)

describe('what is asked', () => {
  test('every address is the one that the wire has for that operation', () => {
    for (const [operation, address] of Object.entries(addresses)) {
      const route = byName.get(operation)
      assert.ok(route !== undefined, `the wire has no ${operation}`)
      assert.equal(address, `${route.method} ${route.path.slice(root.length)}`)
    }
  })

  test('whatever stands in an address is escaped, and what was not said is left out of the query', () => {
    const { path } = addressOf('ghosts.claim', { params: { credential: 'a/b', ghost: 'x y?' } })
    assert.equal(path, '/credentials/a%2Fb/ghosts/x%20y%3F/claim')
    const list = addressOf('signals.list', {
      query: { state: 'open', credential: undefined, environment: 'a&b' },
    })
    assert.equal(list.path, '/signals?state=open&environment=a%26b')
  })

  test('every list of choices is the one that the wire takes', () => {
    const enumAt = (operation: string, place: 'body' | 'query', ...path: string[]): unknown => {
      let schema = JSON.parse(JSON.stringify(byName.get(operation)![place])) as Record<string, unknown>
      for (const name of path)
        schema = (name === '[]' ? schema['items'] : (schema['properties'] as object)[name as never]) as never
      return schema['enum']
    }
    const found: [readonly string[], unknown][] = [
      [choices.models, enumAt('rotations.open', 'body', 'wish')],
      [choices.sides, enumAt('decisions.moveConsumer', 'body', 'to')],
      [choices.gates, enumAt('decisions.override', 'body', 'gate')],
      [choices.kinds, enumAt('credentials.change', 'body', 'kind')],
      [choices.sensitivities, enumAt('credentials.change', 'body', 'sensitivity')],
      [choices.exposures, enumAt('credentials.change', 'body', 'exposure')],
      [choices.behaviours, enumAt('consumers.put', 'body', 'behaviour')],
      [choices.pathClasses, enumAt('consumers.put', 'body', 'pathClass')],
      [choices.observabilities, enumAt('consumers.put', 'body', 'observability')],
      [choices.seen, enumAt('consumers.attest', 'body', 'saw')],
      [choices.verdicts, enumAt('overview.readiness', 'query', 'verdict')],
      [choices.ghostStates, enumAt('overview.ghosts', 'query', 'state')],
      [choices.signalStates, enumAt('signals.list', 'query', 'state')],
      [choices.sourceKinds, enumAt('sources.put', 'body', 'kind')],
      [choices.issuerKinds, enumAt('issuers.put', 'body', 'kind')],
      [choices.defaultSubjects, enumAt('receivers.put', 'body', 'defaultSubjects')],
      [choices.signalSourceKinds, enumAt('signalSources.put', 'body', 'kind')],
      [choices.signalKindsOfSources, enumAt('signalSources.put', 'body', 'as')],
      [choices.rights, enumAt('tokens.make', 'body', 'rights', '[]')],
      [choices.rights, wireRights],
      [choices.roles, wireRoles],
    ]
    for (const [ours, theirs] of found) assert.deepEqual([...ours], theirs)
    const signs = JSON.stringify(byName.get('orderKeys.replace')!.body)
    for (const one of choices.keyUses) assert.ok(signs.includes(`"const":"${one}"`), signs)
    const two = JSON.stringify(byName.get('settings.put')!.body)
    assert.ok(two.includes(JSON.stringify(choices.decisionsOfTwo)), two)
  })

  test('everything that a person can be needed for has a command that does it, but for lifting the fence', () => {
    const about = { credential: 'db', rotation: 'r', subject: 's', environment: 'prod', name: 'DB' }
    for (const action of attentionActions) {
      const item = { ...about, action: { do: action, text: '', needs: 'read', may: true } }
      const command = commandFor(item as never)
      assert.equal(command === null, action === 'lift-fence', action)
    }
  })
})
