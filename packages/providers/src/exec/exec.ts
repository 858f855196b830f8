// Any program as a provider: each verb is one process that is asked in one line and answers in one. The engine keeps the order,
// the values and the record; the program knows its target, and nothing else.
import { Secret } from '@rekey/core'
import type { TSchema } from 'typebox'
import { markOf, nameOf } from '../naming.ts'
import { type Context, defineProvider, type Operation, type Provider, ProviderError } from '../provider.ts'
import { type Answers, readAnswer, type VerbName } from './answer.ts'
import type { Plugin } from './plugin.ts'
import { called } from './process.ts'
import { requestOf } from './request.ts'

/** `folder` is where the plugin file lies. */
export function execProvider(plugin: Plugin, folder: string): Provider {
  const { kind, title, settings, abilities, secretBytes } = plugin
  const ask = async <V extends VerbName>(
    context: Context,
    verb: V,
    asked: Record<string, unknown>,
  ): Promise<Answers[V]> => {
    const { text, values } = await requestOf(plugin, context, verb, asked)
    return readAnswer(kind, verb, await called(plugin, folder, text, context.signal), values)
  }
  const change = (verb: 'disable' | 'enable' | 'endSessions') => async (context: Context, handle: string) => {
    await ask(context, verb, { handle })
  }

  return defineProvider({
    kind,
    title,
    settings: settings as unknown as TSchema,
    abilities,
    secretBytes,

    async mint(context, operation) {
      const { handle, secret } = await ask(context, 'mint', {
        operation: written(plugin, context, operation),
      })
      if (abilities.secretFrom === 'us' && secret !== undefined) {
        throw new ProviderError(
          'rejected',
          `the plugin ${kind} gives a value, though it is Rekey that makes it`,
        )
      }
      return { handle, secret: secret === undefined ? null : new Secret(secret) }
    },

    find: (context, operation) => ask(context, 'find', { operation: written(plugin, context, operation) }),

    async probe(context, handle, secret) {
      return (await ask(context, 'probe', { handle, secret: secret.reveal() })).answer
    },

    async destroy(context, handle) {
      await ask(context, 'destroy', { handle })
    },

    ...(abilities.canDisable && { disable: change('disable'), enable: change('enable') }),
    ...(abilities.canEndSessions && { endSessions: change('endSessions') }),

    ...(abilities.canList && {
      async list(context: Context, credential: string) {
        return (await ask(context, 'list', { credential })).listed
      },
    }),

    ...(abilities.canCompareRights && {
      compareRights: (context: Context, old: string, fresh: string) =>
        ask(context, 'compareRights', { old, fresh }),
    }),

    ...(abilities.usage !== 'none' && {
      async usage(context: Context, handles: readonly string[], sinceMs: number) {
        const nowMs = context.nowMs()
        const told = await ask(context, 'usage', { handles, sinceMs })
        const { asOfMs = nowMs, covered = null, gaps = [] } = told
        const sightings = told.sightings
          .filter(one => handles.includes(one.handle))
          .map(({ handle, seenAs, instance = null, outcome = 'success', atMs = asOfMs }) => ({
            handle,
            seenAs,
            instance,
            outcome,
            atMs,
          }))
        return { sightings, asOfMs, covered, gaps }
      },
    }),
  })
}

/** The name that it is to have is given where the settings have a prefix for names. */
function written({ longestName }: Plugin, context: Context, operation: Operation) {
  const { key, credential, version, intendedMs, secret } = operation
  const { prefix } = context.settings
  return {
    key,
    mark: markOf(key),
    credential,
    version,
    intendedMs,
    name: typeof prefix === 'string' ? nameOf({ prefix, longest: longestName }, context, operation) : null,
    secret: secret?.reveal() ?? null,
  }
}
