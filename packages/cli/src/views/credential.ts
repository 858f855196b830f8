// Credentials and their versions, as they are shown.
import type { Answer } from '../plane/operations.ts'
import { type Block, blank, fields, heading } from '../show/blocks.ts'
import { span, type Times } from '../show/times.ts'
import { accent, bad, gap, quiet, strong, type Words, warn } from '../show/words.ts'
import { list } from './list.ts'
import { none, state, version } from './states.ts'

type Page = Answer<'credentials.list'>
export type Credential = Answer<'credentials.get'>
type Versions = Answer<'credentials.versions'>
type Uses = Answer<'credentials.uses'>

export function credentialsBlocks({ items, next }: Page, times: Times): Block[] {
  return list({
    items,
    next,
    one: 'credential',
    empty: 'No credential is registered yet: rekey credential add',
    columns: [
      { title: 'credential', cell: one => one.id },
      { title: 'name', cell: one => one.name, drop: 5, least: 14 },
      { title: 'kind', cell: one => one.kind, drop: 4 },
      { title: 'environment', cell: one => one.environment, drop: 2 },
      { title: 'owner', cell: one => one.owner?.name ?? warn('nobody'), drop: 3 },
      { title: 'version', cell: one => version(one.currentVersion) },
      {
        title: 'issued',
        cell: one => (one.issuedAtMs === null ? none : times.near(one.issuedAtMs)),
        drop: 6,
      },
      { title: 'next rotation', cell: one => nextOf(one, times) },
    ],
  })
}

function nextOf({ nextRotationMs, openRotation }: Credential, times: Times): Words {
  if (openRotation !== null) return accent('under way')
  if (nextRotationMs === null) return none
  return nextRotationMs <= times.nowMs ? bad(`due ${times.near(nextRotationMs)}`) : times.near(nextRotationMs)
}

export function credentialBlocks(one: Credential, times: Times): Block[] {
  const blocks: Block[] = [
    heading([strong(one.id), quiet(one.name === one.id ? '' : `${gap}${one.name}`)]),
    blank,
    fields([
      ['kind', one.kind],
      ['target', one.target],
      ['environment', one.environment],
      ['owner', one.owner === null ? warn('nobody') : one.owner.name],
      ['protects', `${one.sensitivity}, ${one.exposure}, ${one.writes ? 'may write' : 'reads only'}`],
      ['version', versionOf(one)],
      ['issued', one.issuedAtMs === null ? null : times.both(one.issuedAtMs)],
      ['life', one.lifeMs === null ? null : span(one.lifeMs)],
      ['rotation', one.openRotation === null ? null : [accent('under way'), quiet(` ${one.openRotation}`)]],
      ['next rotation', one.nextRotationMs === null ? null : dueOf(one.nextRotationMs, times)],
      ['last rotation', one.lastRotationMs === null ? null : times.both(one.lastRotationMs)],
      ['lanes', one.lanes.join(', ')],
      ['provider', one.provider],
      ['settings', { lines: entriesOf(one.settings) }],
      ['policy', { lines: policyLines(one.policy as Record<string, unknown>) }],
    ]),
  ]
  if (one.llm !== null) blocks.push(blank, heading('LLM key'), fields(llmRows(one.llm)))
  return blocks
}

const dueOf = (ms: number, times: Times): Words => (ms <= times.nowMs ? bad(times.both(ms)) : times.both(ms))

function versionOf({ currentVersion, lastVersion, fingerprint }: Credential): Words {
  if (currentVersion === null) return warn('none yet: the first rotation issues one')
  const made = lastVersion > currentVersion ? `, v${lastVersion} was made` : ''
  return [version(currentVersion), quiet(`${fingerprint === null ? '' : ` ${fingerprint}`}${made}`)]
}

const llmRows = (llm: NonNullable<Credential['llm']>): [string, string | null][] => [
  ['account', llm.account],
  ['project', llm.project],
  ['tier', llm.tier],
  ['spend limit', llm.spendLimitUsd === null ? null : `${llm.spendLimitUsd} USD`],
  ['addresses', llm.allowedAddresses.join(', ')],
]

function entriesOf(settings: Readonly<Record<string, unknown>>): Words[] {
  return Object.entries(settings).map(([name, value]) => [quiet(`${name} `), shown(value)])
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Lengths of time as people read them. */
function policyLines(policy: Readonly<Record<string, unknown>>): Words[] {
  return Object.entries(policy).map(([name, value]) => {
    const isLength = name.endsWith('Ms') && typeof value === 'number'
    return [quiet(`${name} `), isLength ? span(value) : shown(value)]
  })
}

export function versionsBlocks({ items }: Versions, times: Times): Block[] {
  return list({
    items: [...items].sort((a, b) => b.number - a.number),
    one: 'version',
    empty: 'It has no version yet: the first rotation issues one.',
    columns: [
      { title: 'version', cell: one => version(one.number) },
      {
        title: 'state',
        cell: one => (one.compromised ? [bad('killed'), ', ', state(one.state)] : state(one.state)),
      },
      { title: 'handle', cell: one => one.handle ?? none, drop: 3 },
      { title: 'fingerprint', cell: one => one.fingerprint ?? none, drop: 4 },
      { title: 'issued', cell: one => (one.issuedAtMs === null ? none : times.at(one.issuedAtMs)), drop: 1 },
      { title: 'ended', cell: one => (one.endedAtMs === null ? none : times.at(one.endedAtMs)), drop: 2 },
    ],
  })
}

export function usesBlocks({ items }: Uses, times: Times): Block[] {
  return list({
    items,
    one: 'stretch of use',
    many: 'stretches of use',
    empty: 'Nobody was seen to use it in that time; that nobody was seen proves nothing by itself.',
    columns: [
      { title: 'from', cell: one => times.at(one.firstMs) },
      { title: 'to', cell: one => times.at(one.lastMs), drop: 5 },
      { title: 'consumer', cell: one => one.consumer },
      { title: 'version', cell: one => version(one.version) },
      { title: 'says', cell: one => one.says, drop: 2 },
      {
        title: 'outcome',
        cell: one => (one.outcome === 'auth-failure' ? bad(one.outcome) : one.outcome),
        drop: 1,
      },
      { title: 'lane', cell: one => one.lane, drop: 4 },
      { title: 'times', cell: one => String(one.count), align: 'right' },
      { title: 'by', cell: one => quiet(one.source), drop: 3 },
    ],
  })
}
