// rekey provider: what Rekey can rotate, and the settings that takes.
import { exitCodes, Failure } from '../exit.ts'
import { needed, word } from '../kinds.ts'
import type { Verb } from '../verb.ts'
import { view } from '../view.ts'
import { providerBlocks, providersBlocks } from '../views/provider.ts'

const list = view({
  name: 'list',
  summary: 'list providers, and what they can do',
  read: call => call.ask('providers.list'),
  blocks: answer => providersBlocks(answer),
  hint: () => 'provider show <kind>',
})

const show = view({
  name: 'show',
  summary: 'what a provider can do, and its settings as a table',
  args: { provider: needed(word('kind', 'the provider', { ids: 'provider' })) },
  async read(call) {
    const { items } = await call.ask('providers.list')
    const one = items.find(each => each.kind === call.args.provider)
    if (one !== undefined) return one
    throw new Failure(
      exitCodes.failed,
      `There is no provider ${call.args.provider}.`,
      'Those that there are: rekey provider list',
    )
  },
  blocks: answer => providerBlocks(answer),
})

export const verbs: readonly Verb[] = [list, show]
