import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosignatureType, mlDsa44Type } from './algorithm.ts'
import { signCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { LogError } from './error.ts'
import { leafHash } from './hash.ts'
import { ed25519PrivateKey, ed25519Signer, formatKey, type Signer, verifierKey } from './key.ts'
import { addSignatures, parseNote } from './note.ts'
import { type Policy, parsePolicy } from './policy.ts'
import { isQuorum, verifyByPolicy } from './quorum.ts'

const privateKey = (first: number) => ed25519PrivateKey(new Uint8Array(32).fill(first))
const log = ed25519Signer('log.example/a', privateKey(100))
const witnesses = Object.fromEntries(
  ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'].map((name, i) => [
    name,
    ed25519Signer(`witness.example/${name}`, privateKey(i), cosignatureType),
  ]),
)
const witnessLines = Object.entries(witnesses).map(([name, signer]) => `witness ${name} ${formatKey(signer)}`)

// The example of the standard: two of three here, and one of three there.
const example = `# two operators
log ${formatKey(log)} https://log.example/a

${witnessLines.slice(0, 3).join('\n')}
group X-witnesses 2 X1 X2 X3

  \t${witnessLines.slice(3).join(' https://w.example/\n')}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y\tall X-witnesses Y-witnesses
  # done
quorum X-and-Y
`

const note = signCheckpoint({ origin: log.name, size: 1, root: leafHash(new Uint8Array(0)) }, [log])
const cosigned = (signers: readonly Signer[]) =>
  addSignatures(
    note,
    signers.map((signer, i) => cosign(parseNote(note).text, signer, 1_000 + i)),
  )
const by = (names: readonly string[]) => cosigned(names.map(name => witnesses[name]!))
const quorum = (text: string) => parsePolicy(`${witnessLines.join('\n')}\n${text}`).quorum

test('the example policy of the standard is read with its logs, witnesses and nested groups', () => {
  const policy = parsePolicy(example)
  assert.deepEqual(
    policy.logs.map(({ key, url }) => [key.name, url]),
    [[log.name, 'https://log.example/a']],
  )
  assert.deepEqual(
    policy.witnesses.map(({ name, url }) => [name, url]),
    [
      ['X1', null],
      ['X2', null],
      ['X3', null],
      ['Y1', 'https://w.example/'],
      ['Y2', 'https://w.example/'],
      ['Y3', null],
    ],
  )
  assert.ok(policy.quorum.kind === 'group')
  assert.deepEqual([policy.quorum.name, policy.quorum.threshold], ['X-and-Y', 2])
})

test('a quorum of groups holds exactly for the sets that its words describe', () => {
  const policy = parsePolicy(example)
  const names = Object.keys(witnesses)
  for (let set = 0; set < 2 ** names.length; set++) {
    const chosen = names.filter((_, i) => (set >> i) & 1)
    const [x, y] = ['X', 'Y'].map(side => chosen.filter(name => name.startsWith(side)).length)
    assert.equal(isQuorum(policy.quorum, new Set(chosen)), x! >= 2 && y! >= 1)
  }
})

test('a quorum may be one witness, any, all, some, or none', () => {
  const holds = (text: string, ...names: string[]) => isQuorum(quorum(text), new Set(names))
  assert.ok(holds('quorum X1', 'X1') && !holds('quorum X1', 'X2'))
  assert.ok(holds('group g any X1 X2\nquorum g', 'X2') && !holds('group g any X1 X2\nquorum g', 'X3'))
  assert.ok(holds('group g all X1 X2\nquorum g', 'X1', 'X2') && !holds('group g all X1 X2\nquorum g', 'X1'))
  assert.ok(holds('group g 2 X1 X2 X3\nquorum g', 'X1', 'X3') && !holds('group g 2 X1 X2 X3\nquorum g', 'X3'))
  assert.ok(holds('quorum none'))
})

test('a checkpoint is accepted when a listed log signed it and the quorum cosigned it', () => {
  const verdict = verifyByPolicy(by(['X1', 'X3', 'Y2']), parsePolicy(example))
  assert.ok(verdict.ok)
  assert.deepEqual(verdict.witnesses, [
    { name: 'X1', timestampS: 1_000 },
    { name: 'X3', timestampS: 1_001 },
    { name: 'Y2', timestampS: 1_002 },
  ])
})

test('a refusal names the witnesses that are missing', () => {
  const policy = parsePolicy(example)
  const why = (names: string[]) => {
    const verdict = verifyByPolicy(by(names), policy)
    assert.ok(!verdict.ok && verdict.code === 'no-quorum')
    return verdict.why
  }
  assert.equal(why(['X1', 'Y2']), 'the quorum lacks 1 of (X2, X3)')
  assert.equal(why(['X1', 'X2']), 'the quorum lacks 1 of (Y1, Y2, Y3)')
  assert.equal(why([]), 'the quorum lacks 2 of (2 of (X1, X2, X3), 1 of (Y1, Y2, Y3))')
})

test('a log that is not listed is not believed, whoever cosigned', () => {
  const other = parsePolicy(example.replace(/^log .*$/m, ''))
  const verdict = verifyByPolicy(by(['X1', 'X2', 'Y1']), other)
  assert.ok(!verdict.ok && verdict.code === 'not-signed')
})

test('one bad cosignature of a known witness rejects a checkpoint that has its quorum without it', () => {
  const bad = { ...cosign(parseNote(note).text, witnesses['Y3']!, 5), bytes: new Uint8Array(72) }
  const verdict = verifyByPolicy(addSignatures(by(['X1', 'X2', 'Y1']), [bad]), parsePolicy(example))
  assert.ok(!verdict.ok && verdict.code === 'bad-signature')
})

test('a witness whose signatures cannot be checked here never counts', () => {
  const future = verifierKey('future', mlDsa44Type, new Uint8Array(1312).fill(3))
  const policy: Policy = parsePolicy(`log ${formatKey(log)}\nwitness F ${formatKey(future)}\nquorum F`)
  const line = { name: future.name, keyId: future.keyId, bytes: new Uint8Array(2428) }
  const verdict = verifyByPolicy(addSignatures(note, [line]), policy)
  assert.ok(!verdict.ok && verdict.code === 'no-quorum')
})

test('a policy that could be misunderstood is refused, with its line', () => {
  const vkey = formatKey(witnesses['X1']!)
  const logKey = formatKey(log)
  const w = witnessLines.slice(0, 3).join('\n')
  for (const [bad, why] of [
    ['', /no quorum line/],
    [`log ${logKey}\n`, /no quorum line/],
    ['quorum none\nquorum none', /line 2: there is already a quorum/],
    ['quorum', /must read "quorum/],
    ['quorum X1', /no witness or group X1/],
    ['quorum X1\nwitness X1 …', /no witness or group X1/],
    ['quorum none extra', /must read/],
    ['Quorum none', /begins with/],
    ['quorum none\r\n', /control/],
    ['quorum none\x7f', /control/],
    ['log', /must read "log/],
    ['log notakey', /verifier key/],
    [`log ${logKey} url extra`, /must read/],
    [`log ${logKey}\nlog ${logKey}`, /line 2: .*already listed/],
    [`log ${vkey}`, /cannot be the key of a log/],
    [`witness W ${logKey}`, /cannot be the key of a witness/],
    [`witness none ${vkey}`, /reserved/],
    [`witness A ${vkey}\nwitness B ${vkey}`, /already listed/],
    [`witness A ${vkey}\nwitness A ${formatKey(witnesses['X2']!)}`, /already taken/],
    [`${w}\ngroup X1 any X2`, /already taken/],
    [`${w}\ngroup none any X2`, /reserved/],
    [`${w}\ngroup g any`, /must read "group/],
    [`${w}\ngroup g any none`, /no witness or group none/],
    [`${w}\ngroup g any g`, /no witness or group g/],
    [`${w}\ngroup g 0 X1`, /1 to 1/],
    [`${w}\ngroup g 2 X1`, /1 to 1/],
    [`${w}\ngroup g 01 X1`, /1 to 1/],
    [`${w}\ngroup g most X1`, /1 to 1/],
    [`${w}\ngroup g any X1 X1`, /already a member/],
    [`${w}\ngroup g any X1\ngroup h any X1`, /already a member/],
  ] as const)
    assert.throws(
      () => parsePolicy(bad),
      (error: LogError) => error.code === 'bad-policy' && why.test(error.message),
      bad,
    )
})

test('the same key under two names is one party, and listed once', () => {
  const twin = ed25519Signer('witness.example/twin', privateKey(0), cosignatureType)
  assert.throws(
    () => parsePolicy(`${witnessLines[0]}\nwitness twin ${formatKey(twin)}\nquorum none`),
    LogError,
  )
})
