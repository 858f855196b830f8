import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOf, under } from './problem-places.ts'

const fault = (at: string, text: string, how = 'Mend it.') => ({ code: 'x', text, how, at })

test('what is wrong with a credential stands at its field', () => {
  const places = placesOf({
    faults: [
      fault('/body/credential/name', 'must not be empty'),
      fault('/body/credential/policy/everyMs', 'That is too long.', 'Give at most 2 d.'),
      fault('/body/credential/policy/windows[0].lengthMs', 'odd'),
      fault('/body/existing/value', 'must not be empty'),
      fault('/body/id', 'must match'),
      fault('/body/credential/settings', '"nodes.0.host" is missing: a name'),
      fault('/body/credential/settings', 'all of it is wrong'),
    ],
  })
  assert.deepEqual(places, {
    name: 'Must not be empty. Mend it.',
    'policy.everyMs': 'That is too long. Give at most 2 d.',
    'policy.windows[0].lengthMs': 'Odd. Mend it.',
    'existing.value': 'Must not be empty. Mend it.',
    id: 'Must match. Mend it.',
    'settings.nodes.0.host': 'It is missing: a name.',
    settings: 'all of it is wrong',
  })
  assert.deepEqual(under(places, 'settings'), { 'nodes.0.host': 'It is missing: a name.' })
})

test('what is said of no field is at none, and the first word about one counts', () => {
  const places = placesOf({ faults: [fault('/body', 'a'), fault('/body/id', 'b'), fault('/body/id', 'c')] })
  assert.deepEqual(places, { id: 'B. Mend it.' })
  assert.deepEqual(placesOf({}), {})
})
