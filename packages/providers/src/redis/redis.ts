// Redis: an access list user for each version, all of them with the rules of one template. A user may hold several passwords, but
// nobody can tell who uses which; of two users every node says who is connected as which. Users are not replicated, so each node
// is told by itself. A user has no room for a mark: what is ours is known by its name, which holds one, and by the value's hash.
// https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
import { setTimeout as wait } from 'node:timers/promises'
import { didNotEnd, foreign, loginAbilities, mayStillLogIn, missing, refuseOwn, secretOf } from '../logins.ts'
import { markIn, nameOf } from '../naming.ts'
import { agreed } from '../nodes.ts'
import { type Context, defineProvider, ProviderError } from '../provider.ts'
import { placeOf } from './answers.ts'
import { type Ask, kept, longestName, type Node, onEachNode, settings, settingsOf } from './node.ts'
import { isAccepted } from './probe.ts'
import { differences } from './rights.ts'
import { clientsOf, usageOf } from './sightings.ts'
import { hashOf, rulesFor, type User, userOf } from './user.ts'

const naming = (context: Context) => ({ prefix: settingsOf(context).prefix, longest: longestName })

export const redis = defineProvider({
  kind: 'redis',
  title: 'Redis user',
  settings,
  abilities: loginAbilities(),
  provedAgainst: 'server',
  secretBytes: 32,

  async mint(context, operation) {
    const secret = secretOf(operation)
    const handle = nameOf(naming(context), context, operation)
    const hash = hashOf(secret)
    // Looked at everywhere before it is made anywhere.
    for (const user of await onEachNode(context, ask => userOf(ask, handle)))
      if (user !== null && !isOf(user, hash)) throw foreign(handle)
    await onEachNode(context, async (ask, node) => {
      if ((await userOf(ask, handle)) === null) await make(ask, context, node, handle, hash)
      await kept(ask, context, node)
    })
    return { handle, secret: null }
  },

  async find(context, operation) {
    const handle = nameOf(naming(context), context, operation)
    const { secret } = operation
    const users = await onEachNode(context, async (ask, node) => {
      const user = await userOf(ask, handle)
      // Made, and perhaps not yet kept when a crash came.
      if (user !== null) await kept(ask, context, node)
      return user
    })
    const made = users.filter(user => user !== null)
    if (made.length === 0) return { is: 'not-started' }
    // Where only the key is looked for, the name decides: it holds the mark of the operation.
    if (secret === null) return { is: 'done', handle }
    const hash = hashOf(secret)
    if (made.some(user => !isOf(user, hash))) return { is: 'ambiguous', text: foreign(handle).message }
    // On some nodes only: mint makes it whole.
    return made.length === users.length ? { is: 'done', handle } : { is: 'not-started' }
  },

  async probe(context, handle, secret) {
    const answers = new Set(await onEachNode(context, (ask, node) => isAccepted(ask, node, handle, secret)))
    return agreed(answers, handle)
  },

  async disable(context, handle) {
    await turn(context, handle, 'off')
  },

  async enable(context, handle) {
    await turn(context, handle, 'on')
  },

  async endSessions(context, handle) {
    refuseOurs(context, handle)
    await onEachNode(context, (ask, node) => endOn(ask, node, handle, context))
  },

  async destroy(context, handle) {
    refuseOurs(context, handle)
    // Off everywhere first: a consumer that is turned away by one node may come to the next.
    await onEachNode(context, async ask => {
      if ((await userOf(ask, handle)) !== null) await ask('ACL', 'SETUSER', handle, 'off')
    })
    await onEachNode(context, async (ask, node) => {
      await endOn(ask, node, handle, context)
      await ask('ACL', 'DELUSER', handle)
      await kept(ask, context, node)
    })
  },

  async list(context) {
    const names = (await onEachNode(context, ask => ask('ACL', 'USERS'))).flat().map(String)
    return [...new Set(names)].flatMap(name => {
      const mark = markIn(naming(context), context, name)
      return mark === null ? [] : [{ handle: name, mark }]
    })
  },

  async compareRights(context, old, fresh) {
    const found = await onEachNode(context, async ask => {
      const of = async (handle: string) => {
        const user = await userOf(ask, handle)
        if (user === null) throw missing(handle)
        return user
      }
      return differences(await of(old), await of(fresh))
    })
    const once = (lists: string[][]) => [...new Set(lists.flat())]
    return { missing: once(found.map(one => one.missing)), extra: once(found.map(one => one.extra)) }
  },

  usage: usageOf,
})

const isOf = (user: User, hash: string) => !user.isOpen && user.hashes.length === 1 && user.hashes[0] === hash

async function make(ask: Ask, context: Context, node: Node, handle: string, hash: string): Promise<void> {
  const { template } = settingsOf(context)
  const user = await userOf(ask, template)
  const say = (text: string) => new ProviderError('rejected', `${placeOf(node)}: ${text}`)
  if (user === null) {
    throw say(`there is no user ${template}: ACL SETUSER ${template} off, with the rules that consumers need`)
  }
  if (user.isOn) throw say(`the user ${template} holds the rules and nobody is to be it: switch it off`)
  await ask('ACL', 'SETUSER', handle, ...rulesFor(user, hash))
}

async function turn(context: Context, handle: string, to: 'on' | 'off'): Promise<void> {
  refuseOurs(context, handle)
  const found = await onEachNode(context, async (ask, node) => {
    // It would be made by what switches it.
    if ((await userOf(ask, handle)) === null) return false
    await ask('ACL', 'SETUSER', handle, to)
    await kept(ask, context, node)
    return true
  })
  if (!found.includes(true)) throw missing(handle)
}

const lookAgainMs = 50

/** Only what can no longer log in is ended: it would be back before the next look. */
async function endOn(ask: Ask, node: Node, handle: string, { signal }: Context): Promise<void> {
  if ((await userOf(ask, handle))?.isOn === true) {
    throw mayStillLogIn(placeOf(node), handle)
  }
  while (!signal.aborted) {
    const clients = await clientsOf(ask)
    if (!clients.some(client => client.user === handle)) return
    await ask('CLIENT', 'KILL', 'USER', handle)
    await wait(lookAgainMs)
  }
  throw didNotEnd(placeOf(node), handle)
}

function refuseOurs(context: Context, handle: string): void {
  const { admin, template } = settingsOf(context)
  refuseOwn(handle, [admin, template, 'default'])
}
