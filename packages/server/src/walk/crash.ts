// The walk with crashes: the process is killed with SIGKILL after every commit and after every call to the target in turn,
// begun again on what it left behind, and must end exactly as the walk that nobody disturbed.
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '@rekey/core'
import { dropSchema } from '@rekey/store/fixtures'
import type { Place } from './stage.ts'
import type { Walked } from './walk.ts'

type Account = Walked & { points: number; ok: boolean }

export interface CrashAccount {
  model: Model
  points: number
  killed: number
  same: number
  different: { point: number; final: string }[]
  ok: boolean
}

export interface CrashWalkOptions {
  /** Dies at each of so many points only. */
  every?: number
  tell?: (account: CrashAccount) => void
}

interface Run {
  account: Account | null
  signal: NodeJS.Signals | null
  output: string
}

const atOnce = 2
const limitMs = 120_000

export async function crashWalk(
  model: Model,
  place: Place,
  say: (line: string) => void,
  { every = 1, tell = () => {} }: CrashWalkOptions = {},
): Promise<boolean> {
  const undisturbed = (await child(model, at(place, 'undisturbed'), null)).account
  if (undisturbed === null || !undisturbed.ok)
    throw new Error('the walk does not end well even when nobody disturbs it')
  const wanted = JSON.stringify(undisturbed.final)
  say(`undisturbed: ${undisturbed.points} points to die at, ${wanted}\n`)

  let same = 0
  let killed = 0
  const different: { point: number; final: string }[] = []
  const points = Array.from({ length: undisturbed.points }, (_, n) => n + 1).filter(
    point => (point - 1) % every === 0,
  )
  const tried = points.length
  const work = async () => {
    for (let point = points.shift(); point !== undefined; point = points.shift()) {
      const here = at(place, `point-${point}`)
      const first = await child(model, here, point)
      if (first.signal === 'SIGKILL') killed++
      const second = await child(model, here, null)
      const final = second.account === null ? second.output : JSON.stringify(second.account.final)
      const isSame = final === wanted && first.signal === 'SIGKILL'
      if (isSame) same++
      else different.push({ point, final })
      say(`killed at point ${String(point).padStart(3)}: ${isSame ? 'same end' : `DIFFERENT: ${final}`}`)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    if (place.postgres !== null) {
      for (const point of [
        'undisturbed',
        ...Array.from({ length: undisturbed.points }, (_, n) => `point-${n + 1}`),
      ]) {
        const { postgres } = at(place, point)
        if (postgres !== null) await dropSchema(postgres.schema)
      }
    }
  }
  const ok = tried > 0 && same === tried
  tell({ model, points: tried, killed, same, different, ok })
  say(`\n${killed} of ${tried} killed with SIGKILL, ${same} ended in the same final state`)
  return ok
}

function at({ folder, postgres }: Place, name: string): Place {
  const here = join(folder, name)
  mkdirSync(here, { recursive: true })
  return {
    folder: here,
    postgres:
      postgres === null ? null : { ...postgres, schema: `${postgres.schema}_${name.replaceAll('-', '_')}` },
  }
}

function child(model: Model, { folder, postgres }: Place, dieAt: number | null): Promise<Run> {
  const args = [join(import.meta.dirname, 'main.ts'), '--model', model, '--json', '--folder', folder]
  if (postgres !== null) args.push('--store', 'postgres', '--schema', postgres.schema)
  if (dieAt !== null) args.push('--die-at', String(dieAt))
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const timer = setTimeout(() => running.kill('SIGTERM'), limitMs)
    let output = ''
    let errors = ''
    running.stdout.on('data', part => (output += part))
    running.stderr.on('data', part => (errors += part))
    running.on('error', reject)
    running.on('close', (code, signal) => {
      clearTimeout(timer)
      const account = code === 0 ? (JSON.parse(output) as Account) : null
      resolve({ account, signal, output: account === null ? `${output}${errors}`.slice(0, 2_000) : '' })
    })
  })
}
