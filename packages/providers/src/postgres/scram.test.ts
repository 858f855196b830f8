import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@rekey/core'
import { scramVerifier } from './scram.ts'

// RFC 7677, section 3: user "user", password "pencil", salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 iterations. The exchange there proves
// the keys: its ClientProof and ServerSignature come out only of these two.
const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const client = 'n=user,r=rOprNGfwEbeRWgbNEkqO'
const server = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
const last = 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
const signature = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='

test('the verifier is that of the RFC’s exchange', async () => {
  const { createHash, createHmac } = await import('node:crypto')
  const verifier = scramVerifier(new Secret('pencil'), salt)
  const [, iterations, saltText, stored, serverKey] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(
    verifier,
  )!
  assert.equal(iterations, '4096')
  assert.equal(saltText, salt.toString('base64'))
  const exchange = [client, server, last].join(',')
  const sign = (key: string) => createHmac('sha256', Buffer.from(key, 'base64')).update(exchange).digest()
  assert.equal(sign(serverKey!).toString('base64'), signature)
  // The proof is the client's key, hidden under a signature made with the stored one; hashed, it is the stored one.
  const hidden = sign(stored!)
  const clientKey = Buffer.from(proof, 'base64').map((byte, at) => byte ^ hidden[at]!)
  assert.equal(createHash('sha256').update(clientKey).digest('base64'), stored)
})

test('two verifiers of one value differ, and neither holds it', () => {
  const [one, other] = [scramVerifier(new Secret('hunter2')), scramVerifier(new Secret('hunter2'))]
  assert.notEqual(one, other)
  assert.ok(!`${one}${other}`.includes('hunter2'))
})
