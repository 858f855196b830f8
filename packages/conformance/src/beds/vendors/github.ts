// GitHub: deploy keys of a repository. It knows the public half only; who may log in by SSH is what its list says.
import type { Address, Plot } from '../../bed.ts'
import type { Tried } from '../../tried.ts'
import {
  type Answered,
  type Asked,
  bearer,
  pageSize,
  random,
  triedAs,
  urlOf,
  vendorNamed,
  type World,
} from './contract.ts'

const kind = 'github-deploy-key'
export const github = (): Tried => triedAs(kind, openWorld)

interface Key {
  id: number
  title: string
  key: string
  read_only: boolean
  last_used: string | null
  enabled: boolean
}

interface Repository {
  name: string
  admin: string
  /** A token that may read and not write. */
  reader: string
  keys: Key[]
}

const fault = (status: number, message: string): Answered => ({
  status,
  body: { message, status: String(status) },
})

function openWorld(address: Address): World {
  const repositories: Repository[] = []

  function answer(asked: Asked): Answered {
    const { method, path, body } = asked
    if (!asked.headers['user-agent']) return fault(403, 'Request forbidden by administrative rules.')
    const value = bearer(asked)
    const known = repositories.filter(one => one.admin === value || one.reader === value)
    if (known.length === 0) return fault(401, 'Bad credentials')
    const [, , , name, what, id] = path.split('/')
    const repository = known.find(one => one.name === name)
    // Whoever may not see it is told that it is not there.
    if (repository === undefined || what !== 'keys') return fault(404, 'Not Found')
    if (method === 'GET') return listed(repository, asked)
    if (value === repository.reader) return fault(403, 'Resource not accessible by personal access token')
    if (method === 'POST') {
      if (!/^ssh-ed25519 [A-Za-z0-9+/]+={0,2}$/.test(body?.key ?? '')) return fault(422, 'key is invalid')
      if (repositories.some(one => one.keys.some(key => key.key === body.key))) {
        return fault(422, 'key is already in use')
      }
      const key = keyOf(String(body.title), body.key, body.read_only === true)
      repository.keys.push(key)
      return { status: 201, body: key }
    }
    const at = repository.keys.findIndex(one => String(one.id) === id)
    if (at < 0) return fault(404, 'Not Found')
    repository.keys.splice(at, 1)
    return { status: 204 }
  }

  function plot(name: string): Plot {
    const value = vendorNamed(kind).newSecret!().reveal()
    const ours = keyOf(`${name} by hand`, publicHalf(value), true)
    const others = [1, 2, 3].map(at => keyOf(`key ${at} of others`, `ssh-ed25519 ${random(24)}`, true))
    const repository: Repository = {
      name,
      admin: `github_pat_${random(20)}`,
      reader: `github_pat_${random(20)}`,
      keys: [others[0]!, others[1]!, ours, others[2]!],
    }
    repositories.push(repository)
    return {
      addresses: [address],
      settings: (lead = one => one) => ({
        owner: 'acme',
        repository: name,
        readOnly: true,
        adminSecret: 'github-admin',
        prefix: name,
        baseUrl: urlOf(lead(address)),
      }),
      admin: { 'github-admin': repository.admin },
      existing: { handle: String(ours.id), value },
      tellsValues: false,
      accepts: async (_handle, value) =>
        repository.keys.some(one => one.enabled && one.key === publicHalf(value)),
      present: async () =>
        repository.keys.filter(one => one.title.startsWith(name)).map(one => String(one.id)),
      spoil: {
        powerless: async () => ({
          settings: { adminSecret: 'github-reader' },
          admin: { 'github-reader': repository.reader },
        }),
      },
    }
  }

  return { answer, plot }
}

let ids = 1_000

const keyOf = (title: string, key: string, read_only: boolean): Key => ({
  id: ++ids,
  title,
  key,
  read_only,
  last_used: null,
  enabled: true,
})

function listed({ keys }: Repository, { query, path, origin }: Asked): Answered {
  const page = Number(query.get('page') ?? 1)
  const body = keys.slice((page - 1) * pageSize, page * pageSize)
  const next = `<${origin}${path}?per_page=${query.get('per_page')}&page=${page + 1}>; rel="next"`
  return { status: 200, body, headers: page * pageSize < keys.length ? { link: next } : {} }
}

/** In a private key without a passphrase it stands at one place: after the magic, "none" twice, nothing, and the number 1. */
function publicHalf(value: string): string {
  const bytes = Buffer.from(value.replaceAll(/-----[^-]*-----|\s/g, ''), 'base64')
  const start = 'openssh-key-v1\0'.length + 8 + 8 + 4 + 4
  const length = bytes.length > start + 4 ? bytes.readUInt32BE(start) : 0
  return `ssh-ed25519 ${bytes.subarray(start + 4, start + 4 + length).toString('base64')}`
}
