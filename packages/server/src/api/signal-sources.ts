// Who may send signals: each is registered by an admin, for environments, and signs in the way of its kind.
import { parsePath } from '@rekey/providers'
import type { BodyOf, routes, signalSourceView } from '@rekey/wire'
import type { Static } from 'typebox'
import { mayInAny, needInAll } from '../access/caller.ts'
import type { HandlersOf } from '../http/call.ts'
import { notFound, ProblemError } from '../http/problem.ts'
import { signalHook, signalSourceName } from '../signals/hook.ts'
import type { Channel } from '../signals/record.ts'
import { checkAddress } from '../webhooks/address.ts'
import { newSigning } from '../webhooks/secrets.ts'
import { type Plane, stamp } from './plane.ts'

type Asked = BodyOf<typeof routes.signalSources.put>
type View = Static<typeof signalSourceView>

const gitHubApi = 'https://api.github.com'
const gitHubKeys = `${gitHubApi}/meta/public_keys/secret_scanning`

export function signalSourceHandlers(plane: Plane): HandlersOf<'signalSources'> {
  const { ground, keep } = plane
  const hear = signalHook(plane)
  const viewed = async (id: string, record: Channel): Promise<View> => {
    return viewOf(id, record, (await keep.get('signal-heard', id))?.atMs ?? null)
  }
  return {
    async list({ caller }) {
      const items: View[] = []
      for (const { id, record } of await keep.all('signal-source')) {
        if (mayInAny(caller, 'read', record.environments)) items.push(await viewed(id, record))
      }
      return { items }
    },

    async put({ caller, params: { id }, body }) {
      const before = await keep.get('signal-source', id)
      // Whoever is heard may have versions ended: in each environment that is touched, before and after.
      const { environments = ['*'] } = body
      needInAll(caller, 'administer', [...(before?.environments ?? []), ...environments])
      const record = channelOf(body, before?.madeMs ?? ground.nowMs())
      const faults = faultsOf(plane, record)
      if (faults.length > 0) {
        throw new ProblemError('not-acceptable', {
          detail: faults.join(' '),
          how: 'Correct it, and try again.',
        })
      }
      const isSameProof = before !== null && signs(before) === signs(record)
      const needsSecret = signs(record) && (!isSameProof || body.anew === true)
      const signing = needsSecret ? await newSigning(plane, signalSourceName(id), isSameProof) : null
      await keep.put('signal-source', id, record, {
        event: {
          type: 'signalSourceSet',
          source: id,
          kind: record.kind,
          environments: record.environments,
          ...stamp(plane, caller),
        },
        writes: signing === null ? [] : [signing.write],
      })
      return { ...(await viewed(id, record)), secret: signing?.secret.reveal() ?? null }
    },

    async remove({ caller, params: { id } }) {
      const record = await keep.get('signal-source', id)
      if (record === null) throw notFound(`signal source ${id}`)
      needInAll(caller, 'administer', record.environments)
      await keep.remove('signal-source', id, {
        type: 'signalSourceRemoved',
        source: id,
        ...stamp(plane, caller),
      })
      // Its secrets do not come back with its name.
      await keep.remove('signing', signalSourceName(id))
      await keep.remove('signal-heard', id)
      return { ok: true }
    },

    hook: ({ params, request, bytes }) => hear(params.id, request.headers, bytes ?? new Uint8Array()),
  }
}

/** With a secret that we made; GitHub signs for its partners with a key of its own, and some cannot sign at all. */
const signs = ({ kind, siem }: Channel) => kind !== 'github-partner' && siem?.signed !== false

function channelOf(asked: Asked, madeMs: number): Channel {
  const { kind, environments = ['*'], github, keys, known = {}, siem } = asked
  return {
    kind,
    environments: [...new Set(environments)],
    as: asked.as ?? null,
    github: github === undefined ? null : { api: github.api ?? gitHubApi, secret: github.secret },
    keys: kind !== 'github-partner' ? null : { url: keys?.url ?? gitHubKeys, secret: keys?.secret ?? null },
    known,
    siem:
      siem === undefined
        ? null
        : {
            signed: siem.signed ?? true,
            header: siem.header ?? 'x-rekey-signature',
            prefix: siem.prefix ?? 'sha256=',
            fields: siem.fields,
          },
    madeMs,
  }
}

const reserved = new Set(['authorization', 'cookie', 'host', 'content-length', 'content-type'])

function faultsOf(plane: Plane, { kind, github, keys, known, siem }: Channel): string[] {
  const faults: string[] = []
  if (kind === 'github' && github === null)
    faults.push('Of GitHub it has to be said which admin secret may read alerts: "github".')
  if (kind !== 'github' && github !== null) faults.push('Only GitHub has "github": leave it out.')
  if (kind === 'siem' && siem === null)
    faults.push('Of a SIEM it has to be said where in a message what stands: "siem".')
  if (kind !== 'siem' && siem !== null) faults.push('Only a SIEM has "siem": leave it out.')
  if (kind !== 'gitguardian' && Object.keys(known).length > 0)
    faults.push('Only GitGuardian has "known": leave it out.')
  for (const [what, address] of [
    ['github.api', github?.api],
    ['keys.url', keys?.url],
  ] as const) {
    const checked = address === undefined ? null : checkAddress(address, plane)
    if (checked?.ok === false) faults.push(`Of ${what}, ${checked.text}. ${checked.how}`)
  }
  if (siem !== null) {
    if (reserved.has(siem.header)) faults.push(`The header ${siem.header} is for something else.`)
    for (const [name, path] of Object.entries(siem.fields)) {
      if (parsePath(path) === null) faults.push(`${name} is no path: write it as $.a.b or $.a[0].b.`)
    }
    const { value, handle, credential } = siem.fields
    if (value === undefined && handle === undefined && credential === undefined)
      faults.push('Of a SIEM at least one of value, handle and credential has to be said.')
  }
  return faults
}

function viewOf(id: string, record: Channel, heardMs: number | null): View {
  const { kind, environments, as, github, keys, known, siem, madeMs } = record
  return {
    id,
    kind,
    environments,
    ...(as !== null && { as: as as NonNullable<View['as']> }),
    ...(github !== null && { github }),
    ...(keys !== null && {
      keys: { url: keys.url, ...(keys.secret !== null && { secret: keys.secret }) },
    }),
    ...(kind === 'gitguardian' && { known }),
    ...(siem !== null && { siem }),
    madeMs,
    heardMs,
  }
}
