// OpenAI: keys of a service account in a project, and the models that a key is tried with.
import type { Address, Plot } from '../../bed.ts'
import type { Tried } from '../../tried.ts'
import {
  type Answered,
  type Asked,
  bearer,
  pageAfter,
  random,
  triedAs,
  urlOf,
  type World,
} from './contract.ts'

export const openai = (): Tried => triedAs('openai', openWorld)

interface Key {
  id: string
  name: string
  value: string
  owner: object
  created_at: number
  last_used_at: number | null
}

interface Project {
  id: string
  account: string
  admin: string
  /** An admin key that may read and not write. */
  reader: string
  keys: Key[]
}

const now = () => Math.floor(Date.now() / 1_000)
const fault = (status: number, code: string | null, message: string): Answered => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code } },
})
const wrongKey = (value: string) =>
  fault(
    401,
    'invalid_api_key',
    `Incorrect API key provided: ${value}. You can find your API key at your account.`,
  )

function openWorld(address: Address): World {
  const projects = new Map<string, Project>()

  function answer(asked: Asked): Answered {
    const { method, path, body } = asked
    const value = bearer(asked)
    if (method === 'GET' && path === '/v1/models') return models(value)
    const [, , where, , id, what, ...rest] = path.split('/')
    const admins = [...projects.values()].filter(one => one.admin === value || one.reader === value)
    if (where !== 'organization' || admins.length === 0) return wrongKey(value)
    const project = admins.find(one => one.id === id)
    if (project === undefined) return fault(404, 'not_found', `Project ${id} not found`)
    if (method !== 'GET' && value === project.reader) {
      return fault(401, null, 'You have insufficient permissions for this operation. Missing scopes.')
    }
    if (method === 'POST' && what === 'service_accounts' && rest[1] === 'api_keys') {
      if (rest[0] !== project.account) return fault(404, 'not_found', 'Service account not found')
      const key = keyOf(String(body?.name ?? ''), serviceAccount(project.account))
      project.keys.push(key)
      const { id, name, created_at } = key
      const object = 'organization.project.service_account.api_key'
      return { status: 200, body: { object, id, name, created_at, value: key.value, expires_at: null } }
    }
    if (what !== 'api_keys') return fault(404, 'not_found', 'Not found')
    if (method === 'GET' && rest.length === 0) return list(project, asked)
    const at = project.keys.findIndex(one => one.id === rest[0])
    if (at < 0) return fault(404, 'not_found', 'API key not found')
    if (method !== 'DELETE') return { status: 200, body: shown(project.keys[at]!) }
    project.keys.splice(at, 1)
    return {
      status: 200,
      body: { object: 'organization.project.api_key.deleted', id: rest[0], deleted: true },
    }
  }

  function models(value: string): Answered {
    const key = [...projects.values()].flatMap(one => one.keys).find(one => one.value === value)
    if (key === undefined) return wrongKey(value)
    key.last_used_at = now()
    return { status: 200, body: { object: 'list', data: [{ id: 'a-model', object: 'model' }] } }
  }

  function plot(name: string): Plot {
    const account = `svc_acct_${name}`
    const ours = keyOf(`${name} by hand`, serviceAccount(account))
    const others = ['one', 'two', 'three'].map(who =>
      keyOf(`${who} of ${name}`, { type: 'user', user: { id: who } }),
    )
    const project: Project = {
      id: `proj_${name}`,
      account,
      admin: `sk-admin-${random(20)}`,
      reader: `sk-admin-${random(20)}`,
      keys: [others[0]!, others[1]!, ours, others[2]!],
    }
    projects.set(project.id, project)
    return {
      addresses: [address],
      settings: (lead = one => one) => ({
        project: project.id,
        serviceAccount: account,
        adminSecret: 'openai-admin',
        prefix: name,
        baseUrl: `${urlOf(lead(address))}/v1`,
      }),
      admin: { 'openai-admin': project.admin },
      existing: { handle: ours.id, value: ours.value },
      tellsValues: true,
      async accepts(_handle, value) {
        const headers = { authorization: `Bearer ${value}` }
        const { status } = await fetch(`${urlOf(address)}/v1/models`, { headers })
        return status === 200
      },
      present: async () => project.keys.filter(one => one.name.startsWith(name)).map(one => one.id),
      spoil: {
        async occupy(called, value) {
          project.keys.push({ ...keyOf(called, { type: 'user', user: { id: 'one' } }), value })
        },
        powerless: async () => ({
          settings: { adminSecret: 'openai-reader' },
          admin: { 'openai-reader': project.reader },
        }),
      },
    }
  }

  return { answer, plot }
}

const keyOf = (name: string, owner: object): Key => ({
  id: `key_${random(12)}`,
  name,
  value: `sk-svcacct-${random(24)}`,
  owner,
  created_at: now(),
  last_used_at: null,
})

const serviceAccount = (id: string) => ({
  type: 'service_account',
  service_account: { object: 'organization.project.service_account', id, name: 'worker', role: 'member' },
})

/** Some keys are hidden from whoever does not ask for all of them. */
function list({ keys }: Project, { query }: Asked): Answered {
  const isAll = query.get('owner_project_access') === 'any'
  const page = pageAfter(isAll ? keys : keys.slice(0, 1), query.get('after'))
  return { status: 200, body: { object: 'list', ...page, data: page.data.map(shown) } }
}

function shown({ value, ...key }: Key) {
  const redacted_value = `${value.slice(0, 5)}...${value.slice(-4)}`
  return { object: 'organization.project.api_key', redacted_value, owner_project_access: 'active', ...key }
}
