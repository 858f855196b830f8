// By hand: a target that no program can reach, or none has been written for. A person does each step at its console, led by what
// the settings say, and reports it in a form; plan, gates, evidence and record are those of every other rotation (3.4).
import { type Abilities, hourMs, type Verb } from '@rekey/core'
import { type Static, Type } from 'typebox'
import { nameOf } from '../naming.ts'
import { defineProvider } from '../provider.ts'
import { prefix } from '../settings.ts'

const longestName = 100

const steps = (what: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      maxItems: 20,
      description: `What a person does to ${what}, a line a step. {name} and {handle} are replaced`,
    }),
  )

const settings = Type.Object(
  {
    console: Type.String({
      minLength: 1,
      maxLength: 500,
      description: 'Where it is done: an address, a room, a person',
    }),
    prefix: prefix(60),
    holds: Type.Union([Type.Literal('several'), Type.Literal('one')], {
      default: 'several',
      description: 'several: the old value goes on when a new one is made. one: making it ends the old one',
    }),
    canDisable: Type.Boolean({
      default: false,
      description: 'Can a value be switched off there, and on again?',
    }),
    hours: Type.Integer({
      default: 24,
      minimum: 1,
      maximum: 720,
      description: 'How long a person may take for a step before the owner is told',
    }),
    steps: Type.Object(
      {
        mint: steps('make a new value'),
        probe: steps('try a value'),
        disable: steps('switch a value off'),
        enable: steps('switch it on again'),
        destroy: steps('delete a value for good'),
      },
      { additionalProperties: false, default: {} },
    ),
  },
  { additionalProperties: false },
)
type Settings = Static<typeof settings>

const abilities: Abilities = {
  maxLive: 100,
  secretFrom: 'target',
  canDisable: true,
  canEndSessions: false,
  canList: false,
  canCompareRights: false,
  usage: 'none',
  usageLagMs: 0,
  propagationMs: 0,
  byHand: ['mint', 'probe', 'disable', 'enable', 'destroy'],
}

/** What is said where the settings say nothing of their own. */
const usual: Record<string, readonly string[]> = {
  mint: ['Make a new value. Where it takes a name, call it {name}. Leave the old one as it is.'],
  probe: [
    'Try the value of {handle} with the smallest thing that needs it, and say what the target answered.',
  ],
  disable: ['Switch {handle} off. Do not delete it: somebody may still need it.'],
  enable: ['Switch {handle} on again: somebody still needs it.'],
  destroy: ['Delete {handle} for good. Nobody needs it any more.'],
}

const asks: Partial<Record<Verb, readonly ('handle' | 'value' | 'answer')[]>> = {
  mint: ['handle', 'value'],
  probe: ['answer'],
}

export const manual = defineProvider({
  kind: 'manual',
  title: 'By hand',
  settings,
  abilities,
  provedAgainst: 'contract',
  secretBytes: 32,

  abilitiesWith(given) {
    const { holds, canDisable, hours } = given as Settings
    const one = holds === 'one'
    return {
      ...abilities,
      canDisable: canDisable && !one,
      maxLive: one ? 1 : abilities.maxLive,
      byHandMs: hours * hourMs,
    }
  },

  guide(context, verb, operation, handle) {
    const { console, steps, prefix } = context.settings as Settings
    const name = nameOf({ prefix, longest: longestName }, context, operation)
    const told = steps[verb as keyof typeof steps] ?? usual[verb] ?? []
    const filled = told.map(step => step.replaceAll('{name}', name).replaceAll('{handle}', handle ?? name))
    return {
      steps: [`Go to ${console}.`, ...filled],
      asks: asks[verb] ?? [],
      ...(verb === 'mint' && { name }),
    }
  },
})
