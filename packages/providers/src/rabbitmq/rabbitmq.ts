// RabbitMQ: a user for each version, made like a template that nobody can log in as. A user holds one password only, and who uses
// which cannot be told; of two users the broker says who is connected as which.
// Rejected: a new password for one user. It refuses the old one to everybody in the same moment.
import { foreign, loginAbilities, mayStillLogIn, missing, refuseOwn, secretOf } from '../logins.ts'
import { markIn, nameOf } from '../naming.ts'
import { agreed, betweenLooks } from '../nodes.ts'
import { type Context, defineProvider, ProviderError } from '../provider.ts'
import { ask, placeOf } from './api.ts'
import { endAll, seen } from './connections.ts'
import { enter, whyShutOut } from './entry.ts'
import { differences, grant, rightsOf } from './rights.ts'
import { naming, settings, settingsOf } from './settings.ts'
import {
  hashed,
  isShut,
  limitsOf,
  markTag,
  opened,
  ours,
  shut,
  tagsOf,
  type User,
  userFrom,
  userNamed,
  write,
} from './user.ts'

export const rabbitmq = defineProvider({
  kind: 'rabbitmq',
  title: 'RabbitMQ user',
  settings,
  // Statistics of connections are gathered every five seconds.
  abilities: loginAbilities(5_000),
  provedAgainst: 'server',
  secretBytes: 32,

  // The order: the user without a password, then what it may do, then the password. Permissions cannot be given to a name that
  // is not there; and with the password last, nobody ever logs in as a user that lacks half of its rights, and a user without
  // one is known as a mint that died half-way.
  async mint(context, operation) {
    const secret = secretOf(operation)
    const handle = nameOf(naming(context), context, operation)
    const there = await userNamed(context, handle)
    if (there !== null && !there.tags.includes(markTag(context, operation))) throw foreign(handle)
    if (there !== null && there.hash !== '') return { handle, secret: null }
    const { template } = settingsOf(context)
    const like = await userNamed(context, template)
    if (like === null) throw noTemplate(context)
    const tags = [...tagsOf(like), markTag(context, operation)]
    const user: User = { name: handle, tags, hash: '', algorithm: ours, limits: limitsOf(like) }
    await write(context, user)
    await grant(context, handle, await rightsOf(context, template))
    await write(context, { ...user, hash: hashed(secret) })
    return { handle, secret: null }
  },

  async find(context, operation) {
    const handle = nameOf(naming(context), context, operation)
    const user = await userNamed(context, handle)
    if (user === null) return { is: 'not-started' }
    if (!user.tags.includes(markTag(context, operation))) {
      return { is: 'ambiguous', text: foreign(handle).message }
    }
    // Begun, and nobody can use it yet: to mint once more completes it.
    return user.hash === '' ? { is: 'not-started' } : { is: 'done', handle }
  },

  async probe(context, handle, secret) {
    const answers = new Set<boolean>()
    for (const node of settingsOf(context).nodes) {
      const entry = await enter(context, node, handle, secret.reveal())
      if (entry === 'shut-out') throw await whyShutOut(context, node, handle)
      answers.add(entry === 'in')
    }
    return agreed(answers, handle)
  },

  async disable(context, handle) {
    const user = await someone(context, handle)
    if (!isShut(user)) await write(context, shut(user))
  },

  async enable(context, handle) {
    const user = await someone(context, handle)
    if (!isShut(user)) return
    const open = opened(user)
    // First the limit, then password and tags in one step: whoever dies between the two finds the user disabled still.
    if (open.limits['max-connections'] === undefined) {
      await ask(context, 'DELETE', ['user-limits', handle, 'max-connections'], { understood: [404] })
    }
    await write(context, open)
  },

  async endSessions(context, handle) {
    const user = await userNamed(context, handle)
    if (user !== null && !isShut(user)) {
      throw mayStillLogIn(placeOf(context), handle)
    }
    await endAll(context, handle)
  },

  // Disabled first: its connections are ended while nobody can come back, and none is left when the name is free again.
  async destroy(context, handle) {
    const user = await userNamed(context, handle)
    if (user !== null) {
      notOurOwn(context, handle)
      if (!isShut(user)) await write(context, shut(user))
    }
    await endAll(context, handle)
    if (user !== null) await ask(context, 'DELETE', ['users', handle], { understood: [404] })
  },

  async list(context) {
    const { body } = await ask(context, 'GET', ['users'], { query: { columns: 'name,tags' } })
    return (body as unknown[]).map(userFrom).flatMap(({ name, tags }) => {
      const mark = markIn(naming(context), context, name)
      const isOurs = mark !== null && tags.includes(`rekey-${context.owner}-${mark}`)
      return isOurs ? [{ handle: name, mark }] : []
    })
  },

  async compareRights(context, old, fresh) {
    const holder = async (name: string) => {
      const user = await userNamed(context, name)
      if (user === null) throw missing(name)
      return { user, rights: await rightsOf(context, name) }
    }
    return differences(await holder(old), await holder(fresh))
  },

  async usage(context, handles) {
    const asOfMs = context.nowMs()
    return {
      sightings: await seen(context, handles, asOfMs),
      asOfMs,
      covered: null,
      gaps: [
        betweenLooks,
        'a connection is listed up to five seconds after it was opened',
        'logins to the management API are not listed',
      ],
    }
  },
})

/** One that may be changed here. */
async function someone(context: Context, handle: string): Promise<User> {
  notOurOwn(context, handle)
  const user = await userNamed(context, handle)
  if (user === null) throw missing(handle)
  return user
}

function notOurOwn(context: Context, handle: string): void {
  const { admin, template } = settingsOf(context)
  refuseOwn(handle, [admin, template])
}

function noTemplate(context: Context): ProviderError {
  const { template } = settingsOf(context)
  const text = `${placeOf(context)}: there is no user ${template}: make the template without a password, and give it what consumers need (docs/providers/rabbitmq.md)`
  return new ProviderError('rejected', text)
}
