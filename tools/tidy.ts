// A test of the house itself: import directions, dead files, banned names, sizes, and what must never be written down.
// Run it alone with: node tools/tidy.ts
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Imports point one way (ARCHITECTURE.md, "The map"). */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  log: [],
  store: ['core', 'log'],
  providers: ['core'],
  wire: ['core'],
  server: ['core', 'log', 'store', 'providers', 'wire'],
  sdk: ['wire', 'log'],
  cli: ['sdk', 'wire', 'log'],
  web: ['sdk', 'wire'],
  simulator: ['core', 'log', 'store', 'providers', 'wire', 'server', 'sdk'],
  conformance: ['core', 'log', 'store', 'providers', 'wire', 'server', 'sdk'],
  demo: ['core', 'log', 'store', 'providers', 'wire', 'server', 'sdk', 'cli', 'simulator', 'conformance'],
}
/**
 * Besides, in specs only. The dashboard checks proofs of the log with code of its own (packages/web/src/proof): what it says is held
 * against the log itself, which the product must not bring into the browser.
 */
const mayImportInSpecs: Record<string, readonly string[]> = { web: ['log'] }
/** Packages that are pure: nothing of the machine may be imported, in tests neither in spirit nor in letter excepted. */
const pure = new Set(['core'])
const entries = [
  /^packages\/[a-z]+\/src\/index\.ts$/,
  /^packages\/server\/src\/main\.ts$/,
  /\/main\.tsx?$/,
  /^tools\/[a-z-]+\.ts$/,
  /^bench\/[a-z-]+\.ts$/,
  /\.test\.ts$/,
  // What the compiler is told of modules that a bundler makes up.
  /\.d\.ts$/,
  // Loaded by path, or from a file of plain JavaScript, in a thread or process of its own.
  /\/(serve|child|[a-z-]+-child)\.ts$/,
]
/** Second entries of a package: what is loaded at every start must not bring the rest along. */
const doors: Record<string, string> = {
  'core/credential': 'packages/core/src/credential.ts',
  'core/entry': 'packages/core/src/ledger/entry.ts',
  'core/secret': 'packages/core/src/secret.ts',
  'core/observation': 'packages/core/src/ledger/observation.ts',
  'log/canonical': 'packages/log/src/canonical.ts',
  'providers/all': 'packages/providers/src/all.ts',
  'sdk/orders': 'packages/sdk/src/orders/index.ts',
  'sdk/pools/amqp': 'packages/sdk/src/pools/amqp.ts',
  'sdk/pools/fetch': 'packages/sdk/src/pools/fetch.ts',
  'sdk/pools/mysql': 'packages/sdk/src/pools/mysql.ts',
  'sdk/pools/pg': 'packages/sdk/src/pools/pg.ts',
  'sdk/pools/redis': 'packages/sdk/src/pools/redis.ts',
  'sdk/status': 'packages/sdk/src/status/verifier.ts',
}
const bannedNames = /(^|[/-])(utils?|helpers?|commons?|managers?|services?|misc|v2)(\.|-|\/)/
const longestFile = 300

export interface Source {
  path: string
  text: string
}

export interface Fault {
  path: string
  text: string
}

export function inspect(sources: readonly Source[]): Fault[] {
  const faults: Fault[] = []
  const paths = new Set(sources.map(source => source.path))
  const imported = new Set<string>()
  for (const { path, text } of sources) {
    const say = (what: string) => faults.push({ path, text: what })
    checkName(path, say)
    checkWords(path, text, say)
    if (!/\.tsx?$/.test(path)) continue
    for (const target of importsOf(text)) {
      const found = resolveImport(path, target, say)
      if (found === null) continue
      if (paths.has(found)) imported.add(found)
      else say(`imports ${target}, which is not there`)
    }
    checkCode(path, text, say)
  }
  for (const { path } of sources) {
    const isCode =
      /\/src\/.*\.tsx?$|^tools\/.*\.ts$/.test(path) &&
      (path.startsWith('packages/') || path.startsWith('tools/'))
    if (isCode && !imported.has(path) && !entries.some(entry => entry.test(path))) {
      faults.push({ path, text: 'is imported by nothing and is no entry: delete it, or use it' })
    }
  }
  return faults
}

type Say = (what: string) => void

function checkName(path: string, say: Say): void {
  if (!path.startsWith('packages/') && !path.startsWith('tools/') && !path.startsWith('bench/')) return
  if (bannedNames.test(path)) say('has a name that says nothing; name it after what it is')
  const file = path.split('/').at(-1) ?? ''
  if (/\.tsx?$/.test(file) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(file))
    say('is not in kebab-case')
  const folder = dirname(path).split('/').at(-1) ?? ''
  if (folder !== 'src' && file.startsWith(`${folder}-`)) say('repeats the name of its folder')
}

/** What never belongs in the repository: places of one machine, addresses of a registry, other people's marks. */
function checkWords(path: string, text: string, say: Say): void {
  if (path === 'tools/tidy.ts' || path === 'tools/tidy.test.ts') return
  for (const [pattern, what] of unwanted) {
    const at = text.search(pattern)
    if (at >= 0) say(`line ${text.slice(0, at).split('\n').length} ${what}`)
  }
}

const unwanted: readonly [RegExp, string][] = [
  [/(?<![\w.])\/(work|home|root|Users)\/\w/, 'names a path of one machine'],
  [/"resolved": "https?:/, 'names a registry'],
  [/@ts-(ignore|nocheck)/, 'switches the type checker off'],
  [/\b(it|test|describe)\.(only|skip|todo)\b|\{\s*(skip|todo|only):\s*true/, 'skips a test silently'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'holds a private key'],
]

function checkCode(path: string, text: string, say: Say): void {
  const lines = text.split('\n').length
  if (lines > longestFile && !text.includes('// Long because:')) {
    say(
      `has ${lines} lines, more than ${longestFile}: a concept is hiding in it, or say "// Long because: …"`,
    )
  }
  const isTest = /\.(test|spec)\.ts$|\/fixtures\.ts$/.test(path)
  if (!isTest && !/^(\/\/|\/\*\*|#!)/.test(text) && !path.endsWith('/index.ts'))
    say('has no header that says what it is for')
  if (/\bexport default\b/.test(text) && !mayHaveDefault.has(path)) say('has a default export')
  if (
    path.startsWith('packages/') &&
    !isTest &&
    /\bprocess\.env\b/.test(text) &&
    !/\/(main|[a-z-]+-child)\.ts$/.test(path) &&
    !mayReadEnvironment.has(path) &&
    !forTestsOnly.test(path)
  ) {
    say('reads the environment; only mains of processes, the test places and the root key may')
  }
  if (
    packageOf(path) === 'core' &&
    !isTest &&
    /\b(Date\.now|Math\.random|new Date\(\)|crypto\.|performance\.)/.test(text)
  ) {
    say('is not pure: clock and randomness come in as arguments')
  }
}

/** Whoever loads them reads their default export. */
const mayHaveDefault = new Set(['tools/test-reporter.ts', 'packages/web/vite.config.ts'])
const mayReadEnvironment = new Set(['packages/store/src/values/root-key.ts'])
/** It is for tests only, as a whole: nothing of the product may import it. */
const forTestsOnly = /^packages\/conformance\//

function resolveImport(path: string, target: string, say: Say): string | null {
  const from = packageOf(path)
  // The simulator is for tests only: like the walk, it builds its world from what the specs build theirs from.
  const isTest = /\.(test|spec)\.ts$|conformance|fixture|\/walk\/|^packages\/simulator\//.test(path)
  if (target.startsWith('.')) {
    const found = normalize(join(dirname(path), target))
    if (from !== null && !found.startsWith(`packages/${from}/`))
      say(`reaches into another package: ${target}`)
    return found
  }
  const ours = /^@rekey\/([a-z]+)(\/.*)?$/.exec(target)
  if (ours !== null) {
    const to = ours[1] ?? ''
    const door = doors[`${to}${ours[2] ?? ''}`]
    if (door !== undefined && (from === null || (mayImport[from] ?? []).includes(to))) return door
    const forTests = ours[2] === '/fixtures' && (isTest || from === null)
    if (ours[2] !== undefined && !forTests) say(`imports ${target}; a package is entered by its index`)
    if (forTests) return `packages/${to}/src/fixtures.ts`
    const isSpec = /\.(test|spec)\.ts$/.test(path)
    const allowed =
      from === null ? [] : [...(mayImport[from] ?? []), ...(isSpec ? (mayImportInSpecs[from] ?? []) : [])]
    if (from !== null && !allowed.includes(to)) say(`imports ${to}, which ${from} may not`)
    return `packages/${to}/src/index.ts`
  }
  if (from !== null && pure.has(from) && !isTest) say(`imports ${target}; ${from} depends on nothing`)
  if (from === 'log' && !isTest && target !== 'node:crypto')
    say(`imports ${target}; log needs node:crypto only`)
  return null
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm,
  )
  return [...found].map(match => match[1] ?? match[2] ?? match[3] ?? '')
}

const packageOf = (path: string) => /^packages\/([a-z]+)\/src\//.exec(path)?.[1] ?? null

function readTree(root: string): Source[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed
    .split('\n')
    .filter(
      path =>
        /\.(tsx?|js|mjs|json|md|sql|sh|yml|html|css)$|^\.ci\/run$/.test(path) && existsSync(join(root, path)),
    )
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const sources = readTree(join(import.meta.dirname, '..'))
  const faults = inspect(sources)
  for (const { path, text } of faults) console.log(`${path} ${text}`)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`tidy: ${sources.length} files looked at, nothing to say`)
}
