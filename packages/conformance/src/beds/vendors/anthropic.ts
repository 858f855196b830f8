// Anthropic: keys that only a person makes, in the Console, and that the Admin API switches off, on again, and archives for good.
import type { Address, Plot } from '../../bed.ts'
import type { Tried } from '../../tried.ts'
import { type Answered, type Asked, pageAfter, random, triedAs, urlOf, type World } from './contract.ts'

export const anthropic = (): Tried => triedAs('anthropic', openWorld)

interface Key {
  id: string
  name: string
  value: string
  status: 'active' | 'inactive' | 'archived'
}

interface Organization {
  admin: string
  /** A key of the same kind that lacks the right. */
  weak: string
  keys: Key[]
}

const fault = (status: number, type: string, message: string): Answered => ({
  status,
  body: { type: 'error', error: { type, message } },
})

function openWorld(address: Address): World {
  const organizations: Organization[] = []

  function answer({ method, path, query, headers, body }: Asked): Answered {
    const value = String(headers['x-api-key'] ?? '')
    if (headers['anthropic-version'] !== '2023-06-01') {
      return fault(400, 'invalid_request_error', 'anthropic-version: header is required')
    }
    if (method === 'GET' && path === '/v1/models') {
      const isGood = organizations.some(one =>
        one.keys.some(key => key.value === value && key.status === 'active'),
      )
      if (!isGood) return fault(401, 'authentication_error', 'invalid x-api-key')
      return { status: 200, body: { data: [{ type: 'model', id: 'a-model' }], has_more: false } }
    }
    const organization = organizations.find(one => one.admin === value || one.weak === value)
    if (organization === undefined) return fault(401, 'authentication_error', 'invalid x-api-key')
    if (value === organization.weak) return fault(403, 'permission_error', 'The key lacks this permission.')
    const [, , , what, id] = path.split('/')
    if (what !== 'api_keys') return fault(404, 'not_found_error', 'Not found')
    if (method === 'GET' && id === undefined) {
      const page = pageAfter(organization.keys, query.get('after_id'))
      return { status: 200, body: { ...page, data: page.data.map(shown) } }
    }
    const key = organization.keys.find(one => one.id === id)
    if (key === undefined) return fault(404, 'not_found_error', 'API key not found')
    return method === 'POST' ? changed(key, body) : { status: 200, body: shown(key) }
  }

  function plot(name: string): Plot {
    const keys = ['one of others', 'two of others', `${name} by hand`, 'three of others'].map(keyOf)
    const organization = { admin: `sk-ant-admin-${random(20)}`, weak: `sk-ant-admin-${random(20)}`, keys }
    organizations.push(organization)
    const ours = keys[2]!
    return {
      addresses: [address],
      settings: (lead = one => one) => ({
        workspace: 'Production',
        adminSecret: 'anthropic-admin',
        prefix: name,
        baseUrl: urlOf(lead(address)),
      }),
      admin: { 'anthropic-admin': organization.admin },
      existing: { handle: ours.id, value: ours.value },
      tellsValues: true,
      async accepts(_handle, value) {
        const headers = { 'x-api-key': value, 'anthropic-version': '2023-06-01' }
        const { status } = await fetch(`${urlOf(address)}/v1/models`, { headers })
        return status === 200
      },
      present: async () =>
        keys.filter(one => one.name.startsWith(name) && one.status !== 'archived').map(one => one.id),
      spoil: {
        powerless: async () => ({
          settings: { adminSecret: 'anthropic-weak' },
          admin: { 'anthropic-weak': organization.weak },
        }),
      },
      hands: {
        async mint(_handle, called) {
          // Whoever made it and was interrupted still has it before him.
          const key = keys.find(one => one.name === called) ?? keyOf(called ?? '')
          if (!keys.includes(key)) keys.push(key)
          return { value: key.value }
        },
      },
    }
  }

  return { answer, plot }
}

const keyOf = (name: string): Key => ({
  id: `apikey_${random(12)}`,
  name,
  value: `sk-ant-api03-${random(24)}`,
  status: 'active',
})

/** What is archived stays so. */
function changed(key: Key, body: { name?: string; status?: Key['status'] } | null): Answered {
  if (key.status === 'archived')
    return fault(400, 'invalid_request_error', 'An archived key cannot be changed.')
  const { name = key.name, status = key.status } = body ?? {}
  if (!['active', 'inactive', 'archived'].includes(status)) {
    return fault(400, 'invalid_request_error', 'status: not one of those that there are')
  }
  Object.assign(key, { name, status })
  return { status: 200, body: shown(key) }
}

function shown({ value, ...key }: Key) {
  return {
    type: 'api_key',
    partial_key_hint: `${value.slice(0, 10)}...`,
    expires_at: null,
    created_by: null,
    ...key,
  }
}
