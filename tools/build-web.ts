// Builds the dashboard, unless what is built is of just these sources. `npm start` runs it: a fresh clone shows its pages.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const mark = join(root, 'packages/web/dist/built-of')
/** The routes come from the wire, and their names from the core. */
const sources = [
  'packages/web/{src,public}/**/*',
  'packages/web/*.{ts,json,html}',
  'packages/{wire,core}/src/**/*.ts',
  'package-lock.json',
]

/** true: it was built anew. */
export function buildWeb(): boolean {
  const digest = digestOf()
  if (read(mark) === digest) return false
  rmSync(mark, { force: true })
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vite, 'build', 'packages/web', '--logLevel', 'warn'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`the dashboard was not built:\n${stdout}${stderr}`)
  writeFileSync(mark, digest)
  return true
}

function digestOf(): string {
  const hash = createHash('sha256')
  for (const path of globSync(sources, {
    cwd: root,
    exclude: path => path.includes('node_modules'),
  }).sort()) {
    const text = read(join(root, path))
    if (text !== null) hash.update(`${path}\n${text}\n`)
  }
  return hash.digest('hex')
}

/** null: it is not there, or is a folder. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const beganMs = performance.now()
  if (buildWeb())
    console.log(`the dashboard is built (${((performance.now() - beganMs) / 1_000).toFixed(1)} s)`)
}
