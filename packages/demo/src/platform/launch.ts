// One process of the platform: how it is started in the usual way, and how with Rekey.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { compiled } from '../compiled.ts'
import type { Member } from './members.ts'

export interface Place {
  /** Where the files of the platform are; its processes work there. */
  folder: string
  line: string
  docstore: string
}

/** What a member has from Rekey. */
export interface FromRekey {
  url: string
  credential: string
  join: string
}

const cli = join(import.meta.dirname, '../../../cli/src/main.mjs')
const leash = new URL('../plane/leash-child.ts', import.meta.url).href

export const files = {
  /** Where the platform keeps its secret. Those that are known read it. */
  secret: 'docstore-token',
  replay: 'replay.json',
  replayTemplate: 'replay.template.json',
  paste: 'paste.txt',
  environmentOf: (id: string) => `${id}.env`,
}

export interface Launched {
  child: ChildProcess
  ended: Promise<number>
  /** What it said last, for whoever has to find out why it ended. */
  errors(): string
}

export function launch(member: Member, number: number, place: Place, rekey: FromRekey | null): Launched {
  const file = join(import.meta.dirname, member.file)
  const environment = {
    DEMO_LINE: place.line,
    DEMO_DOCSTORE: place.docstore,
    DEMO_SECRET: files.secret,
    DEMO_REPLAY: files.replay,
    ...(rekey !== null && {
      DEMO_CREDENTIAL: rekey.credential,
      REKEY_URL: rekey.url,
      REKEY_JOIN: rekey.join,
      REKEY_FLUSH_MS: '500',
      REKEY_INSTANCE: `${member.id}-${number}`,
    }),
  }
  return started(argumentsFor(member, file, rekey), environment, place.folder)
}

function argumentsFor({ id, withRekey, copies }: Member, file: string, rekey: FromRekey | null): string[] {
  if (rekey !== null && withRekey.by === 'run') {
    const given = ['--credential', rekey.credential, ...withRekey.more]
    return ['--import', leash, cli, 'run', ...given, '--', process.execPath, file]
  }
  // What was written down once, when it was installed.
  const hasOwnFile = rekey === null && copies === 1 && environmentFiles.has(id)
  return hasOwnFile ? [`--env-file=${files.environmentOf(id)}`, file] : [file]
}

export const environmentFiles: ReadonlySet<string> = new Set([
  'summariser',
  'reconciliation',
  'oversized-fallback',
])

export function started(args: readonly string[], env: Record<string, string>, cwd: string): Launched {
  const child = spawn(process.execPath, args, {
    env: { ...compiled, ...env },
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr!.on('data', part => {
    errors = `${errors}${part}`.slice(-2_000)
  })
  const ended = new Promise<number>(resolve => {
    child.once('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
    child.once('error', () => resolve(127))
  })
  return { child, ended, errors: () => errors }
}
