// Somebody who may send signals, as it is entered: in which environments it is heard, and what its kind takes besides.
import type { AnswerOf, BodyOf, routes } from '@rekey/wire'
import { idFault } from '../../parts/id.ts'

export type SignalSource = AnswerOf<typeof routes.signalSources.list>['items'][number]
export type SignalSourceInput = BodyOf<typeof routes.signalSources.put>
export type ChannelKind = SignalSource['kind']

export const channelKinds: Record<ChannelKind, { name: string; means: string }> = {
  github: {
    name: 'GitHub alerts',
    means: 'Secret scanning alerts of a repository or organisation. What was found is fetched and compared.',
  },
  'github-partner': {
    name: 'GitHub’s partner programme',
    means: 'For whoever issues tokens that GitHub looks for everywhere. Signed with GitHub’s own key.',
  },
  gitguardian: {
    name: 'GitGuardian',
    means: 'What it says is a hint, and never kills by itself: say whose a detector or a hash is.',
  },
  standard: { name: 'Standard Webhooks', means: 'Any program that signs as Standard Webhooks have it.' },
  siem: { name: 'A SIEM, or anything that sends JSON', means: 'Say where in a message what stands.' },
}

/** Where in a message of a SIEM what stands. */
export const siemFields = [
  ['id', 'Id of the message'],
  ['value', 'The leaked value'],
  ['handle', 'The target’s own name of the version'],
  ['credential', 'The credential’s id here'],
  ['version', 'The version’s number'],
  ['public', 'Whether everybody can read it'],
  ['confidence', 'How sure it is, 0 to 1'],
  ['location', 'Where it was found'],
  ['summary', 'In a sentence'],
] as const
type SiemField = (typeof siemFields)[number][0]

export interface SignalSourceDraft {
  id: string
  kind: ChannelKind
  environments: readonly string[]
  as: string
  api: string
  secret: string
  keysUrl: string
  keysSecret: string
  /** A line each: `detector = credential` or `hash = credential 3`. */
  known: string
  signed: boolean
  header: string
  prefix: string
  fields: Readonly<Record<string, string>>
}

export function signalSourceDraft(one?: SignalSource): SignalSourceDraft {
  const known = Object.entries(one?.known ?? {}).map(
    ([name, { credential, version }]) =>
      `${name} = ${credential}${version === undefined ? '' : ` ${version}`}`,
  )
  return {
    id: one?.id ?? '',
    kind: one?.kind ?? 'github',
    environments: one?.environments ?? ['*'],
    as: one?.as ?? '',
    api: one?.github?.api ?? 'https://api.github.com',
    secret: one?.github?.secret ?? '',
    keysUrl: one?.keys?.url ?? '',
    keysSecret: one?.keys?.secret ?? '',
    known: known.join('\n'),
    signed: one?.siem?.signed ?? true,
    header: one?.siem?.header ?? 'x-rekey-signature',
    prefix: one?.siem?.prefix ?? 'sha256=',
    fields: one?.siem?.fields ?? {},
  }
}

export type SignalSourceFaults = Partial<Record<keyof SignalSourceDraft | `field-${SiemField}`, string>>

export function readSignalSource(draft: SignalSourceDraft): {
  id: string
  body: SignalSourceInput
  faults: SignalSourceFaults
} {
  const faults: SignalSourceFaults = idFault(draft.id)
  const { id, kind, environments, as } = draft
  if (environments.length === 0) faults.environments = 'Say in which environments it is heard.'
  const body: SignalSourceInput = {
    kind,
    environments: [...environments],
    ...(as !== '' && { as: as as NonNullable<SignalSourceInput['as']> }),
    ...(kind === 'github' && { github: gitHubOf(draft, faults) }),
    ...(kind === 'github-partner' && draft.keysUrl.trim() !== '' && { keys: keysOf(draft, faults) }),
    ...(kind === 'gitguardian' && { known: knownOf(draft, faults) }),
    ...(kind === 'siem' && { siem: siemOf(draft, faults) }),
  }
  return { id, body, faults }
}

function gitHubOf({ api, secret }: SignalSourceDraft, faults: SignalSourceFaults) {
  if (!URL.canParse(api.trim())) faults.api = 'The address of the API, as https://api.github.com.'
  if (secret.trim() === '') faults.secret = 'Name the admin secret with a token that may read alerts.'
  return { api: api.trim(), secret: secret.trim() }
}

function keysOf({ keysUrl, keysSecret }: SignalSourceDraft, faults: SignalSourceFaults) {
  if (!URL.canParse(keysUrl.trim())) faults.keysUrl = 'The address at which the public keys are.'
  const secret = keysSecret.trim()
  return { url: keysUrl.trim(), ...(secret !== '' && { secret }) }
}

function knownOf({ known }: SignalSourceDraft, faults: SignalSourceFaults) {
  const said: NonNullable<SignalSourceInput['known']> = {}
  for (const line of known.split('\n').filter(one => one.trim() !== '')) {
    const found = /^\s*(\S.*?)\s*=\s*(\S+?)(?:\s+([1-9]\d{0,8}))?\s*$/.exec(line)
    if (found === null) {
      faults.known = `“${line.trim()}” is not readable: write it as detector = credential, or hash = credential 3.`
      continue
    }
    const [, name = '', credential = '', version] = found
    said[name] = { credential, ...(version !== undefined && { version: Number(version) }) }
  }
  return said
}

function siemOf({ signed, header, prefix, fields }: SignalSourceDraft, faults: SignalSourceFaults) {
  const said: Partial<Record<SiemField, string>> = {}
  for (const [name] of siemFields) {
    const path = (fields[name] ?? '').trim()
    if (path === '') continue
    if (path.startsWith('$')) said[name] = path
    else faults[`field-${name}`] = 'A path begins with $, as $.alert.id or $.hits[0].user.'
  }
  if (signed && !/^[a-z][a-z0-9-]{1,63}$/.test(header))
    faults.header = 'The name of a header: small letters, digits and hyphens.'
  if (said.value === undefined && said.handle === undefined && said.credential === undefined)
    faults.fields = 'Say at least where the value, the handle or the credential stands.'
  return { signed, header, prefix, fields: said }
}
