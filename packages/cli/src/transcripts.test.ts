import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type Answers, problem, SmallPlane, type } from './fixture-plane.ts'
import * as values from './fixture-values.ts'
import { widthOf } from './show/plain.ts'

// What is on a person's screen, word for word. After a change that is meant: REKEY_TEST_TRANSCRIPTS=write, and read the difference.
const folder = join(import.meta.dirname, 'transcripts')
const isWriting = process.env['REKEY_TEST_TRANSCRIPTS'] === 'write'

const id = values.rotationId
const answers: Answers = {
  'GET /now': values.now,
  'GET /credentials': values.credentials,
  'GET /credentials/orders-db': values.ordersDb,
  'GET /consumers': values.consumers,
  'GET /ghosts': values.ghosts,
  'GET /rotations': values.rotations,
  [`GET /rotations/${id}`]: values.rotation,
  [`GET /rotations/${id}/ledger`]: values.ledger,
  [`GET /rotations/${id}/gates`]: values.gates,
  'POST /credentials/orders-db/plan': values.rotation.plan,
  'GET /calendar': values.calendar,
  'GET /readiness': values.readiness,
  'GET /history': ({ path }) => ({
    value: path.includes('before') ? { ...values.history, items: [], more: false } : values.history,
  }),
  'GET /providers': values.providers,
  'POST /kills/preview': values.radius,
  [`GET /kills/${values.kill.id}`]: values.kill,
  [`POST /rotations/${id}/retire`]: () =>
    problem(409, 'refused', {
      detail: 'not every gate is open',
      faults: [
        { code: 'gates', text: 'not every gate is open', how: '', missing: values.ledger.rows[1]!.missing },
      ],
    }),
}

const helps = [
  '--help',
  'credential --help',
  'rotation --help',
  'rotation open --help',
  'kill order --help',
  'apply --help',
  'run --help',
]
const looks = [
  'now',
  'credential list',
  'credential show orders-db',
  'consumer list',
  'ghost list',
  'rotation list',
  'rotation show orders-db',
  'rotation ledger orders-db',
  'rotation ledger orders-db --why --consumer queue',
  'rotation gates orders-db',
  'rotation plan orders-db',
  'rotation retire orders-db --yes',
  'calendar',
  'readiness',
  'readiness --why',
  'event list',
  'provider list',
  'provider show postgres',
  'kill preview orders-db 3',
  `kill show ${values.kill.id}`,
]

const named = (command: string) =>
  command
    .replace(id, 'ID')
    .replace(values.kill.id, 'ID')
    .replace(/[^a-zA-Z]+/g, '-')
    .replace(/^-|-$/g, '')

describe('what is on the screen', () => {
  const plane = new SmallPlane(answers)
  before(() => plane.start())
  after(() => plane.stop())

  for (const command of [...helps, ...looks]) {
    test(`rekey ${command.replace(values.kill.id, 'ID')}`, async () => {
      const shown: string[] = []
      for (const width of [80, 120]) {
        const args = [...command.split(' '), ...(helps.includes(command) ? [] : ['--utc'])]
        const { code, err, out } = await type(args, { plane, width })
        for (const one of out.split('\n')) assert.ok(widthOf(one) <= width, `${width} columns: ${one}`)
        shown.push(
          `==== ${width} columns ====\n${out}${err === '' ? '' : `---- beside it ----\n${err}`}---- ends with ${code} ----\n`,
        )
      }
      const path = join(folder, `${named(command)}.txt`)
      const text = `$ rekey ${command.replace(values.kill.id, 'ID')}\n${shown.join('\n')}`
      if (isWriting) {
        mkdirSync(folder, { recursive: true })
        writeFileSync(path, text)
      }
      assert.ok(existsSync(path), `there is no transcript ${path}`)
      assert.equal(text, readFileSync(path, 'utf8'))
    })
  }
})
