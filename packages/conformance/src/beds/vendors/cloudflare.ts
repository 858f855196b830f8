// Cloudflare: tokens that belong to an account. A PUT replaces all that it can carry; whatever it leaves out is gone.
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
  type World,
} from './contract.ts'

export const cloudflare = (): Tried => triedAs('cloudflare', openWorld)

interface Token {
  id: string
  name: string
  value: string
  status: 'active' | 'disabled'
  policies: unknown[]
  condition?: unknown
  not_before?: unknown
  expires_on?: unknown
  last_used_on?: string
}

interface Account {
  id: string
  tokens: Token[]
}

const mayEdit = { effect: 'allow', permission_groups: [{ id: 'account-api-tokens-write' }], resources: {} }
const mayRead = { effect: 'allow', permission_groups: [{ id: 'zone-read' }], resources: {} }

const done = (result: unknown, more: object = {}): Answered => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result, ...more },
})
const fault = (status: number, code: number, message: string): Answered => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
})

function openWorld(address: Address): World {
  const accounts = new Map<string, Account>()

  function answer(asked: Asked): Answered {
    const { method, path, query, body } = asked
    const [, , , where, accountId, what, id] = path.split('/')
    const value = bearer(asked)
    if (!/^[A-Za-z0-9_-]{40}$/.test(value)) return fault(400, 6003, 'Invalid request headers')
    const account = accounts.get(accountId ?? '')
    const asking = account?.tokens.find(one => one.value === value)
    if (account === undefined || asking === undefined || where !== 'accounts' || what !== 'tokens') {
      return fault(401, 1000, 'Invalid API Token')
    }
    if (id === 'verify') {
      if (asking.status === 'active') asking.last_used_on = new Date().toISOString()
      return done({ id: asking.id, status: asking.status })
    }
    if (asking.status !== 'active') return fault(401, 1000, 'Invalid API Token')
    if (!asking.policies.includes(mayEdit))
      return fault(403, 9109, 'Unauthorized to access requested resource')
    if (id === undefined)
      return method === 'POST' ? made(account, body) : listed(account, Number(query.get('page') ?? 1))
    const token = account.tokens.find(one => one.id === id)
    if (token === undefined) return fault(404, 1003, 'Token not found')
    if (method === 'GET') return done(shown(token))
    if (method === 'PUT') return replaced(token, body)
    account.tokens.splice(account.tokens.indexOf(token), 1)
    return done({ id })
  }

  function plot(name: string): Plot {
    const admin = tokenOf('the admin', [mayEdit])
    const weak = tokenOf('another', [mayRead])
    const condition = { request_ip: { in: ['192.0.2.0/24'] } }
    const ours = { ...tokenOf(`${name} by hand`, [mayRead]), condition }
    const account = { id: random(16), tokens: [admin, weak, ours] }
    accounts.set(account.id, account)
    return {
      addresses: [address],
      settings: (lead = one => one) => ({
        account: account.id,
        policies: [mayRead],
        condition,
        adminSecret: 'cloudflare-admin',
        prefix: name,
        baseUrl: `${urlOf(lead(address))}/client/v4`,
      }),
      admin: { 'cloudflare-admin': admin.value },
      existing: { handle: ours.id, value: ours.value },
      tellsValues: true,
      async accepts(_handle, value) {
        const headers = { authorization: `Bearer ${value}` }
        const answer = await fetch(`${urlOf(address)}/client/v4/accounts/${account.id}/tokens/verify`, {
          headers,
        })
        const { result } = (await answer.json()) as { result: { status: string } | null }
        return result?.status === 'active'
      },
      present: async () => account.tokens.filter(one => one.name.startsWith(name)).map(one => one.id),
      spoil: {
        powerless: async () => ({
          settings: { adminSecret: 'cloudflare-weak' },
          admin: { 'cloudflare-weak': weak.value },
        }),
      },
    }
  }

  return { answer, plot }
}

const tokenOf = (name: string, policies: unknown[]): Token => ({
  id: random(16),
  name,
  value: random(20),
  status: 'active',
  policies,
})

function made(account: Account, body: Partial<Token> | null): Answered {
  if (typeof body?.name !== 'string' || !Array.isArray(body.policies))
    return fault(400, 1004, 'Invalid token body')
  const token = { ...tokenOf(body.name, body.policies), ...rest(body) }
  account.tokens.push(token)
  return done({ ...shown(token), value: token.value })
}

function replaced(token: Token, body: Partial<Token> | null): Answered {
  if (typeof body?.name !== 'string' || !Array.isArray(body.policies))
    return fault(400, 1004, 'Invalid token body')
  const { name, policies, status = token.status } = body
  for (const one of ['condition', 'not_before', 'expires_on'] as const) delete token[one]
  Object.assign(token, { name, policies, status, ...rest(body) })
  return done(shown(token))
}

function rest({ condition, not_before, expires_on }: Partial<Token>) {
  const given = { condition, not_before, expires_on }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null))
}

function listed({ tokens }: Account, page: number): Answered {
  const from = (page - 1) * pageSize
  const result = tokens.slice(from, from + pageSize).map(shown)
  const counts = { page, per_page: pageSize, count: result.length, total_count: tokens.length }
  return done(result, { result_info: counts })
}

const shown = ({ value: _, ...token }: Token) => token
