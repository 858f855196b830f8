// What a user may do: permissions and topic permissions in each virtual host, tags, limits. Copied from the template, and compared.
import type { RightsDiff } from '@rekey/core'
import type { Context } from '../provider.ts'
import { ask } from './api.ts'
import { limitsOf, tagsOf, type User } from './user.ts'

export interface Permission {
  vhost: string
  configure: string
  write: string
  read: string
}

export interface TopicPermission {
  vhost: string
  exchange: string
  write: string
  read: string
}

export interface Rights {
  permissions: readonly Permission[]
  topics: readonly TopicPermission[]
}

export async function rightsOf(context: Context, name: string): Promise<Rights> {
  const permissions = await ask(context, 'GET', ['users', name, 'permissions'])
  const topics = await ask(context, 'GET', ['users', name, 'topic-permissions'])
  return { permissions: permissions.body as Permission[], topics: topics.body as TopicPermission[] }
}

/** A name can be given rights only when it exists: so these come after the user, and before its password. */
export async function grant(context: Context, name: string, { permissions, topics }: Rights): Promise<void> {
  for (const { vhost, configure, write, read } of permissions) {
    await ask(context, 'PUT', ['permissions', vhost, name], { body: { configure, write, read } })
  }
  for (const { vhost, exchange, write, read } of topics) {
    await ask(context, 'PUT', ['topic-permissions', vhost, name], { body: { exchange, write, read } })
  }
}

interface Holder {
  user: User
  rights: Rights
}

export function differences(old: Holder, fresh: Holder): RightsDiff {
  const [had, has] = [words(old), words(fresh)]
  return {
    missing: had.filter(one => !has.includes(one)),
    extra: has.filter(one => !had.includes(one)),
  }
}

/** An empty pattern fits no name: it is no right. */
function words({ user, rights }: Holder): string[] {
  const patterns = (place: string, given: Record<string, string>) =>
    Object.entries(given).flatMap(([what, pattern]) =>
      pattern === '' ? [] : [`${what} of ${pattern} in ${place}`],
    )
  return [
    ...tagsOf(user).map(tag => `the tag ${tag}`),
    ...Object.entries(limitsOf(user)).map(([name, value]) => `the limit ${name} of ${value}`),
    ...rights.permissions.flatMap(({ vhost, configure, write, read }) => [
      `entry to vhost ${vhost}`,
      ...patterns(`vhost ${vhost}`, { configure, write, read }),
    ]),
    // A topic permission narrows: without one, every routing key is allowed, so that it is told even where it fits nothing.
    ...rights.topics.flatMap(({ vhost, exchange, write, read }) =>
      Object.entries({ write, read }).map(
        ([what, pattern]) => `${what} by routing keys "${pattern}" at exchange ${exchange} in vhost ${vhost}`,
      ),
    ),
  ]
}
