import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

// Docs that are not run are wrong one day: this page is read from top to bottom, and done.
const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/first-agent.md'), 'utf8')

interface Block {
  kind: string
  text: string
  /** Of a file: what it is saved as. */
  name: string | null
}

const blocks: Block[] = [...page.matchAll(/^```(sh|js|text)\n(.*?)^```/gms)].map(found => {
  const before = page.slice(0, found.index)
  const names = [...before.matchAll(/Save it as `([^`]+)`/g)]
  return { kind: found[1]!, text: found[2]!, name: names.at(-1)?.[1] ?? null }
})

/** One shell, as a reader has one: variables, folders and what runs in the background go on from block to block. */
function shell(folder: string) {
  const child = spawn('bash', [], {
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: folder },
  })
  let output = ''
  let hear: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', part => {
      output += part
      hear()
    })
  }
  let block = 0
  // What runs in the background ends with the shell, also where the page is given up in the middle of a block.
  child.stdin.write("set -m\ntrap 'kill $(jobs -p) 2> /dev/null' EXIT\n")
  return {
    run(text: string): Promise<string> {
      const mark = `--- end of block ${++block} ---`
      const from = output.length
      child.stdin.write(`${text}\necho '${mark}'\n`)
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`it takes too long:\n${text}\nso far:\n${output.slice(from)}`)),
          60_000,
        )
        hear = () => {
          const at = output.indexOf(mark, from)
          if (at < 0) return
          clearTimeout(timer)
          resolve(output.slice(from, at))
        }
        hear()
      })
    },
    end() {
      child.stdin.end()
      child.kill('SIGTERM')
      return new Promise(resolve => child.once('close', resolve))
    },
  }
}

const plain = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Line by line, in their order; `…` stands for whatever differs from run to run. */
function assertPrints(printed: string, expected: string, command: string): void {
  const lines = printed.split('\n')
  let at = 0
  for (const line of expected.trimEnd().split('\n')) {
    const pattern = new RegExp(`^${line.split('…').map(plain).join('.*')}$`)
    while (at < lines.length && !pattern.test(lines[at]!)) at++
    assert.ok(at < lines.length, `"${line}" is not printed by\n${command}\nwhich printed\n${printed}`)
    at++
  }
}

test('"Protect your first agent in five minutes" is true, word for word', { timeout: 120_000 }, async () => {
  assert.ok(blocks.filter(one => one.kind === 'sh').length >= 8)
  const beganMs = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'rekey-first-agent-'))
  for (const name of ['node_modules', 'packages']) symlinkSync(join(root, name), join(folder, name))
  const bash = shell(folder)
  try {
    let last = { command: '', printed: '' }
    for (const { kind, text, name } of blocks) {
      if (kind === 'js') writeFileSync(join(folder, 'try', name!), text)
      else if (kind === 'sh') last = { command: text, printed: await bash.run(text) }
      else assertPrints(last.printed, text, last.command)
    }
    assert.ok(performance.now() - beganMs < 5 * 60_000)
  } finally {
    await bash.end()
    rmSync(folder, { recursive: true, force: true })
  }
})
