// Every word that may stand behind `rekey`, with one line about it. What a word takes is in the file of its own, which is loaded when
// it is typed: the help, and a shell that completes, would otherwise wait for all of them.
import type { Command } from 'commander'
import type { Context } from './program.ts'
import type { Verb } from './verb.ts'

interface Named {
  name: string
  summary: string
  group: string
  /** For shells, not for people. */
  isHidden?: boolean
}

/** A noun with its verbs, a command by itself, or one that makes its own parser. */
export type Noun = Named &
  (
    | { verbs: () => Promise<readonly Verb[]> }
    | { verb: () => Promise<Verb> }
    | { command: (context: Context, done: (code: number) => void) => Promise<Command> }
  )

const start = 'Begin here:'
const kept = 'What is kept:'
const happens = 'What happens:'
const around = 'Who, and what is around it:'
const asFiles = 'As files:'
const programs = 'For programs and scripts:'

export const nouns: readonly Noun[] = [
  {
    name: 'demo',
    summary: 'see what Rekey is for, in two minutes',
    group: start,
    command: async (context, done) => (await import('./demo-command.ts')).demoCommand(context, done),
  },
  {
    name: 'now',
    summary: 'what needs a person, the most urgent first',
    group: start,
    verb: async () => (await import('./nouns/now.ts')).now,
  },
  {
    name: 'sign-in',
    summary: 'sign in, and stay so for the commands that follow',
    group: start,
    verb: async () => (await import('./nouns/sign-in.ts')).signIn,
  },
  {
    name: 'sign-out',
    summary: 'end the session',
    group: start,
    verb: async () => (await import('./nouns/sign-out.ts')).signOut,
  },
  {
    name: 'whoami',
    summary: 'who is signed in, where, and with which rights',
    group: start,
    verb: async () => (await import('./nouns/whoami.ts')).whoami,
  },
  {
    name: 'doctor',
    summary: 'try everything between here and the control plane',
    group: start,
    verb: async () => (await import('./nouns/doctor.ts')).doctor,
  },
  {
    name: 'credential',
    summary: 'credentials, their versions, and who depends on them',
    group: kept,
    verbs: async () => (await import('./nouns/credential.ts')).verbs,
  },
  {
    name: 'consumer',
    summary: 'who uses a credential, and how',
    group: kept,
    verbs: async () => (await import('./nouns/consumer.ts')).verbs,
  },
  {
    name: 'ghost',
    summary: 'users of a credential whom nobody registered',
    group: kept,
    verbs: async () => (await import('./nouns/ghost.ts')).verbs,
  },
  {
    name: 'agent',
    summary: 'agents, what they are bound to, and how they join',
    group: kept,
    verbs: async () => (await import('./nouns/agent.ts')).verbs,
  },
  {
    name: 'provider',
    summary: 'what Rekey can rotate, and the settings that takes',
    group: kept,
    verbs: async () => (await import('./nouns/provider.ts')).verbs,
  },
  {
    name: 'rotation',
    summary: 'from the plan to the proof that the old version is dead',
    group: happens,
    verbs: async () => (await import('./nouns/rotation.ts')).verbs,
  },
  {
    name: 'calendar',
    summary: 'what is rotated when, and by which policy',
    group: happens,
    verb: async () => (await import('./nouns/calendar.ts')).calendar,
  },
  {
    name: 'readiness',
    summary: 'whether each credential is ready for its next rotation',
    group: happens,
    verb: async () => (await import('./nouns/readiness.ts')).readiness,
  },
  {
    name: 'kill',
    summary: 'compromise: revoke first, everywhere, then replace',
    group: happens,
    verbs: async () => (await import('./nouns/kill.ts')).verbs,
  },
  {
    name: 'signal',
    summary: 'who says that something is wrong, and what was done',
    group: happens,
    verbs: async () => (await import('./nouns/signal.ts')).verbs,
  },
  {
    name: 'proposal',
    summary: 'what waits for a second person',
    group: happens,
    verbs: async () => (await import('./nouns/proposal.ts')).verbs,
  },
  {
    name: 'event',
    summary: 'the record, the newest first, or as it is written',
    group: happens,
    verbs: async () => (await import('./nouns/event.ts')).verbs,
  },
  {
    name: 'log',
    summary: 'the sealed log: checkpoints, and proofs checked offline',
    group: happens,
    verbs: async () => (await import('./nouns/log.ts')).verbs,
  },
  {
    name: 'person',
    summary: 'people and their roles',
    group: around,
    verbs: async () => (await import('./nouns/person.ts')).verbs,
  },
  {
    name: 'token',
    summary: 'API tokens',
    group: around,
    verbs: async () => (await import('./nouns/token.ts')).verbs,
  },
  {
    name: 'source',
    summary: 'who else may say what was seen',
    group: around,
    verbs: async () => (await import('./nouns/source.ts')).verbs,
  },
  {
    name: 'webhook',
    summary: 'where events are sent to',
    group: around,
    verbs: async () => (await import('./nouns/webhook.ts')).verbs,
  },
  {
    name: 'signal-source',
    summary: 'who may say that something is wrong',
    group: around,
    verbs: async () => (await import('./nouns/signal-source.ts')).verbs,
  },
  {
    name: 'receiver',
    summary: 'who else hears of every kill',
    group: around,
    verbs: async () => (await import('./nouns/receiver.ts')).verbs,
  },
  {
    name: 'issuer',
    summary: 'whose word is taken about who an agent is',
    group: around,
    verbs: async () => (await import('./nouns/issuer.ts')).verbs,
  },
  {
    name: 'sign-on',
    summary: 'through whom people may sign in',
    group: around,
    verbs: async () => (await import('./nouns/sign-on.ts')).verbs,
  },
  {
    name: 'key',
    summary: 'what kill orders are signed with',
    group: around,
    verbs: async () => (await import('./nouns/key.ts')).verbs,
  },
  {
    name: 'break-glass',
    summary: 'codes that kill when nobody can sign in',
    group: around,
    verbs: async () => (await import('./nouns/break-glass.ts')).verbs,
  },
  {
    name: 'policy',
    summary: 'what needs two people, and what is done about signals',
    group: around,
    verbs: async () => (await import('./nouns/policy.ts')).verbs,
  },
  {
    name: 'diff',
    summary: 'how files differ from what is there',
    group: asFiles,
    verb: async () => (await import('./nouns/diff.ts')).diff,
  },
  {
    name: 'apply',
    summary: 'make what is there as the files say',
    group: asFiles,
    verb: async () => (await import('./nouns/apply.ts')).apply,
  },
  {
    name: 'export',
    summary: 'write such a file from what is there',
    group: asFiles,
    verb: async () => (await import('./nouns/export.ts')).exportFile,
  },
  {
    name: 'schema',
    summary: 'the JSON Schema of these files, for editors',
    group: asFiles,
    verb: async () => (await import('./nouns/schema.ts')).schema,
  },
  {
    name: 'run',
    summary: 'run a program with the versions that it should use',
    group: programs,
    command: async (context, done) => (await import('./run-command.ts')).runCommand(context, done),
  },
  {
    name: 'files',
    summary: 'keep files made of templates fresh',
    group: programs,
    command: async (context, done) => (await import('./files-command.ts')).filesCommand(context, done),
  },
  {
    name: 'api',
    summary: 'ask the control plane anything',
    group: programs,
    command: async (context, done) => (await import('./api-command.ts')).apiCommand(context, done),
  },
  {
    name: 'completion',
    summary: 'what makes a shell complete all of this',
    group: programs,
    verb: async () => (await import('./nouns/completion.ts')).completion,
  },
  {
    name: 'complete',
    summary: 'what may stand next, for a shell that asks',
    group: programs,
    isHidden: true,
    verb: async () => (await import('./nouns/complete.ts')).complete,
  },
]
