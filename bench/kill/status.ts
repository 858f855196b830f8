// A status list of a million versions, signed again after one kill: as it is when little is dead, and at its worst, when half of the
// versions are dead at random and nothing can be compressed away.
import { generateKeyPairSync, randomInt } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { signingKey } from '../../packages/server/src/kill/order.ts'
import { type Lists, statusListsOf, type Terms } from '../../packages/server/src/status/lists.ts'
import { demand, type Figure, lower, median, spread } from '../engine/figure.ts'

const versions = 1_000_000
const limitMs = 50
const usualKills = 200

export function measureStatusList(kills = usualKills): Figure[] {
  return [
    figureOf('status list, little dead', kills, () => (randomInt(1_000) === 0 ? 1 : 0)),
    figureOf('status list, half dead', kills, () => randomInt(2)),
  ]
}

function figureOf(name: string, kills: number, statusAt: () => number): Figure {
  const lists = statusListsOf()
  const key = signingKey(generateKeyPairSync('ed25519').privateKey)
  const nowMs = Date.UTC(2026, 0, 5, 9)
  const terms: Terms = { issuer: 'https://rekey.example', key, nowMs, freshMs: nowMs }
  for (let idx = 0; idx < versions; idx++) lists.set({ list: 1, idx }, statusAt())
  const wholeMs = timed(() => textOf(lists, terms)).ms
  const times: number[] = []
  let bytes = 0
  for (let nth = 0; nth < kills; nth++) {
    let idx = randomInt(versions)
    while (lists.get({ list: 1, idx }) === 1) idx = randomInt(versions)
    const { ms, answer } = timed(() => {
      lists.set({ list: 1, idx }, 1)
      return textOf(lists, terms)
    })
    times.push(ms)
    bytes = answer.length
    demand(nth % 50 !== 0 || isDead(answer, idx), 'the new list says that the killed version is invalid')
  }
  // The slowest of all is how busy the machine was; it stands beside.
  const most = times.toSorted((a, b) => a - b)[Math.floor(0.95 * times.length)] ?? Number.NaN
  return lower(name, most, 'ms', limitMs, {
    versions,
    kills,
    medianMs: median(times),
    spread: spread(times),
    wholeMs,
    bytes,
  })
}

function textOf(lists: Lists, terms: Terms): string {
  const token = lists.token(1, terms)
  demand(token !== null, 'the list is signed')
  return token.text
}

function timed<T>(act: () => T): { ms: number; answer: T } {
  const began = performance.now()
  const answer = act()
  return { ms: performance.now() - began, answer }
}

function isDead(text: string, idx: number): boolean {
  const { status_list: list } = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString())
  const bytes = inflateSync(Buffer.from(list.lst, 'base64url'))
  return ((bytes[idx >> 2]! >> ((idx & 3) * 2)) & 3) === 1
}
