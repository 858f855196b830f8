import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Answers, flat, problem, SmallPlane, type Typing, type, withPlane } from '../fixture-plane.ts'
import type { Finding } from './finding.ts'
import { addressFinding, agentFindings, nodeFinding, providersFinding } from './here.ts'
import { nameFinding, ofCertificate, tlsFinding } from './way.ts'

const well: Answers = {
  'GET /livez': { status: 'ok' },
  'GET /readyz': { status: 'ready', store: 'sqlite', fenced: false },
  'GET /version': { name: 'rekey', version: '0.1.0', node: 'v24.21.0' },
  'GET /session': { person: { id: 'alice', name: 'Alice', roles: { prod: 'operator' } } },
  'GET /stream': () => ({ value: 'retry: 1000\n\n', headers: { 'content-type': 'text/event-stream' } }),
  'GET /providers': { items: [] },
}

interface Report {
  ok: boolean
  findings: Finding[]
}

async function examined(answers: Answers, typing: Typing = {}): Promise<Report & { code: number }> {
  let report: (Report & { code: number }) | null = null
  await withPlane(answers, async plane => {
    const { code, out } = await type(['doctor', '--json'], { plane, ...typing })
    report = { code, ...(JSON.parse(out) as Report) }
  })
  return report!
}

const found = ({ findings }: Report, check: string) => findings.find(one => one.check === check)!

describe('rekey doctor', () => {
  test('says of everything how it is, and ends with 0 when nothing fails', async () => {
    const report = await examined(well)
    assert.deepEqual([report.ok, report.code], [true, 0])
    const states = Object.fromEntries(report.findings.map(one => [one.check, one.state]))
    for (const check of [
      'Node',
      'address',
      'name',
      'connection',
      'lives',
      'ready',
      'version',
      'clock',
      'signed in',
      'rights',
      'stream',
      'providers',
    ])
      assert.equal(states[check], 'ok', check)
    assert.match(found(report, 'rights').text, /read and operate in prod/)
    for (const one of report.findings)
      assert.ok(one.state === 'ok' || one.state === 'skip' || one.how !== '', one.check)
  })

  test('a control plane that cannot work fails, one that is fenced is warned of, each with what to do', async () => {
    const ill = await examined({
      ...well,
      'GET /readyz': () => ({
        status: 503,
        value: { status: 'not-ready', store: 'sqlite', fenced: false, why: 'the clock jumped' },
      }),
    })
    assert.deepEqual([found(ill, 'ready').state, ill.code], ['fail', 1])
    assert.match(found(ill, 'ready').text, /the clock jumped/)
    const fenced = await examined({
      ...well,
      'GET /readyz': { status: 'ready', store: 'sqlite', fenced: true },
    })
    assert.deepEqual([found(fenced, 'ready').state, fenced.code], ['warn', 0])
    assert.match(found(fenced, 'ready').how, /lift-fence/)
  })

  test('what is no control plane, and nothing at all, fail; what rests on them is not tried', async () => {
    const other = await examined({})
    assert.equal(found(other, 'lives').state, 'fail')
    assert.equal(found(other, 'stream').state, 'skip')
    const gone = await new SmallPlane().start()
    const { url } = gone
    await gone.stop()
    const { code, out } = await type(['doctor'], { environment: { REKEY_URL: url, REKEY_TOKEN: 't' } })
    assert.equal(code, 1)
    assert.match(
      flat(out),
      /fail connection Nobody listens on port \d+\. → Look whether the control plane runs/,
    )
    assert.match(out, /skip +stream +Not tried/)
  })

  test('a session that ended, another version, a stream that says nothing and a clock that is off are found', async () => {
    const report = await examined({
      ...well,
      'GET /session': () => problem(401, 'token-expired', { detail: 'The token has expired.' }),
      'GET /version': () => ({
        value: { name: 'rekey', version: '9.9.9', node: 'v24' },
        headers: { date: new Date(Date.UTC(2026, 2, 1, 12, 2)).toUTCString() },
      }),
      'GET /stream': () => problem(502, 'internal'),
    })
    assert.equal(found(report, 'signed in').state, 'fail')
    assert.equal(found(report, 'version').state, 'warn')
    assert.deepEqual(
      [found(report, 'clock').state, found(report, 'clock').text],
      ['fail', 'This machine is 2 min behind the control plane.'],
    )
    assert.equal(found(report, 'stream').state, 'fail')
    assert.equal(report.code, 1)
  })
})

describe('what is looked at here', () => {
  test('Node, and addresses that are not encrypted or not those of the session', () => {
    assert.equal(nodeFinding('v24.1.0').state, 'ok')
    assert.equal(nodeFinding('v22.1.0').state, 'fail')
    assert.equal(
      addressFinding({ HOME: '/nowhere', REKEY_URL: 'http://rekey.example' }).finding.state,
      'warn',
    )
    assert.equal(addressFinding({ HOME: '/nowhere', REKEY_URL: 'https://rekey.example' }).finding.state, 'ok')
    assert.equal(addressFinding({ HOME: '/nowhere' }).finding.state, 'fail')
    assert.equal(addressFinding({ HOME: '/nowhere', REKEY_URL: 'rekey' }).finding.state, 'fail')
  })

  test('the files of agents: whether they are there, hold what they should, and are for their owner alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-doctor-'))
    try {
      const [join_, key] = [join(folder, 'join.txt'), join(folder, 'key.json')]
      const states = (environment: Record<string, string>) =>
        agentFindings(environment).map(one => `${one.check} ${one.state}`)
      assert.deepEqual(states({}), ['agent skip'])
      assert.deepEqual(states({ REKEY_JOIN: 'rekey_join_x' }), ['agent join warn', 'agent key ok'])
      assert.deepEqual(states({ REKEY_JOIN_FILE: join_ }), ['agent join fail', 'agent key ok'])
      writeFileSync(join_, 'rekey_join_x\n', { mode: 0o600 })
      assert.deepEqual(states({ REKEY_JOIN_FILE: join_, REKEY_KEY_FILE: key }), [
        'agent join ok',
        'agent key ok',
      ])
      chmodSync(join_, 0o644)
      writeFileSync(key, '{}', { mode: 0o600 })
      assert.deepEqual(states({ REKEY_JOIN_FILE: join_, REKEY_KEY_FILE: key }), [
        'agent join warn',
        'agent key fail',
      ])
      writeFileSync(key, '{"kty":"OKP","crv":"Ed25519","x":"eA","d":"s3cret"}')
      const [, kept] = agentFindings({ REKEY_JOIN_FILE: join_, REKEY_KEY_FILE: key })
      assert.equal(kept!.state, 'ok')
      assert.doesNotMatch(JSON.stringify(kept), /s3cret/)
      writeFileSync(join_, 'something else')
      assert.equal(agentFindings({ REKEY_JOIN_FILE: join_ })[0]!.state, 'fail')
      assert.equal(agentFindings({ REKEY_KEY_FILE: join(folder, 'no/such/key') })[0]!.state, 'fail')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('files of providers that the control plane has left out are named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rekey-doctor-'))
    try {
      assert.equal(providersFinding({}, folder, ['postgres']).state, 'ok')
      mkdirSync(join(folder, 'data/providers'), { recursive: true })
      writeFileSync(join(folder, 'data/providers/mine.json'), '{"kind":"mine"}')
      assert.equal(providersFinding({}, folder, ['postgres', 'mine']).state, 'ok')
      writeFileSync(join(folder, 'data/providers/broken.plugin.json'), '{')
      const finding = providersFinding({}, folder, ['postgres'])
      assert.equal(finding.state, 'warn')
      assert.match(finding.text, /broken\.plugin\.json \(it is no JSON with a kind\), mine\.json/)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('a certificate that is not trusted fails with what to do, one that ends soon is warned of', async () => {
    const nowMs = Date.UTC(2026, 2, 1)
    const until = (days: number) => ({ valid_to: new Date(nowMs + days * 86_400_000).toUTCString() }) as never
    assert.equal(ofCertificate(until(90), 'TLSv1.3', null, nowMs).state, 'ok')
    assert.equal(ofCertificate(until(5), 'TLSv1.3', null, nowMs).state, 'warn')
    const own = ofCertificate(until(90), 'TLSv1.3', 'SELF_SIGNED_CERT_IN_CHAIN', nowMs)
    assert.equal(own.state, 'fail')
    assert.match(own.how, /NODE_EXTRA_CA_CERTS/)
    assert.match(ofCertificate(until(-1), 'TLSv1.3', 'CERT_HAS_EXPIRED', nowMs).how, /Renew/)
    // What speaks no TLS says so, and nothing hangs.
    await withPlane({}, async plane => {
      const finding = await tlsFinding(new URL(plane.url.replace('http:', 'https:')), nowMs)
      assert.equal(finding.state, 'fail')
    })
    assert.equal((await nameFinding(new URL('https://localhost:1'))).state, 'ok')
  })
})
