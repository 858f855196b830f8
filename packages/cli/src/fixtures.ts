// What the specs of the command share: a control plane on loopback, the command as a process of its own, and a folder to work in.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TestPlane } from '@rekey/sdk/fixtures'

export const entry = join(import.meta.dirname, 'main.mjs')

export class Started {
  readonly child: ChildProcess
  readonly code: Promise<number | null>
  output = ''
  told = ''

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.on('data', part => {
      this.output += part
    })
    child.stderr?.on('data', part => {
      this.told += part
    })
    this.code = new Promise(resolve => child.on('close', code => resolve(code)))
  }

  /** What the program wrote, by line. */
  get lines(): string[] {
    return this.output.split('\n').filter(line => line !== '')
  }
}

export interface Place {
  plane: TestPlane
  folder: string
  /** The command, with this control plane; what still runs at the end of the spec is ended. */
  rekey(args: readonly string[], environment?: Record<string, string>): Started
  /** Any other program, in the same place. */
  start(program: string, args: readonly string[], environment?: Record<string, string>): Started
}

/** Settling at once: what gathers for a second would make each spec a second longer. */
export const soon = ['--settle', '50ms', '--ready-after', '200ms'] as const
/** Nothing here takes longer; what hangs is ended, and fails its spec. */
const longestMs = 15_000

export async function place(run: (place: Place) => Promise<void>): Promise<void> {
  const plane = await new TestPlane().start()
  const folder = mkdtempSync(join(tmpdir(), 'rekey-cli-'))
  const started: Started[] = []
  const start: Place['start'] = (program, args, environment = {}) => {
    const ours = {
      REKEY_URL: plane.url,
      REKEY_JOIN: plane.join,
      REKEY_INSTANCE: 'host',
      REKEY_FLUSH_MS: '200',
    }
    const env = { PATH: process.env['PATH'] ?? '', ...ours, ...environment }
    // A group of its own, so that at the end whatever it has left behind can be ended with it.
    const one = new Started(spawn(program, args, { env, cwd: folder, detached: true }))
    const timer = setTimeout(() => endGroup(one.child.pid!), longestMs)
    void one.code.then(() => clearTimeout(timer))
    started.push(one)
    return one
  }
  const rekey: Place['rekey'] = (args, environment) => start(process.execPath, [entry, ...args], environment)
  try {
    await run({ plane, folder, rekey, start })
  } finally {
    for (const { child } of started) endGroup(child.pid!)
    await Promise.all(started.map(one => one.code))
    await plane.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended, and with it all that it started.
  }
}

export async function until(what: () => boolean, why: string, limitMs = 15_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!what()) {
    assert.ok(performance.now() < endMs, `waited in vain: ${why}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

export const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export const read = (path: string) => readFileSync(path, 'utf8')

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
