import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { type, withPlane } from '../fixture-plane.ts'
import * as values from '../fixture-values.ts'
import { scripts } from './scripts.ts'

const answers = {
  'GET /credentials': values.credentials,
  'GET /credentials/orders-db/consumers': { items: values.consumers.items.slice(0, 2) },
  'GET /rotations': { items: [values.rotation], next: null },
  'GET /ghosts': values.ghosts,
  'GET /providers': values.providers,
}

async function complete(...words: string[]): Promise<string[]> {
  let found: string[] = []
  await withPlane(answers, async plane => {
    const { code, err, out } = await type(['complete', '--', ...words], { plane })
    assert.equal(code, 0, err)
    found = out
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.split('\t')[0]!)
  })
  return found
}

describe('what may stand next', () => {
  test('is a word of the table: nouns, verbs, options, choices', async () => {
    assert.deepEqual(await complete('rot'), ['rotation'])
    assert.deepEqual(await complete('rotation', 'ro'), ['roll-back'])
    assert.deepEqual(await complete('rotation', 'move', 'db', 'web', '--t'), ['--to', '--timeout'])
    assert.deepEqual(await complete('rotation', 'move', 'db', 'web', '--to', ''), ['old', 'new'])
    assert.deepEqual(await complete('completion', ''), ['bash', 'zsh', 'fish'])
    assert.deepEqual(await complete('run', '--on'), ['--on-change'])
    assert.ok(!(await complete('')).includes('complete'))
  })

  test('an option that was given is not offered once more, unless it may be repeated', async () => {
    assert.ok(!(await complete('rotation', 'list', '--open', '--')).includes('--open'))
    assert.ok((await complete('apply', '-f', 'a.json', '--')).includes('--file'))
  })

  test('ids come from the control plane: those of the credential that stands before', async () => {
    assert.deepEqual(await complete('credential', 'show', 'd'), ['documents'])
    assert.deepEqual(await complete('consumer', 'show', 'orders-db', ''), ['web', 'replay'])
    assert.deepEqual(
      await complete('kill', 'dismiss', 'k', '--credential', 'orders-db', '--consumer', 're'),
      ['replay'],
    )
    assert.deepEqual(await complete('rotation', 'watch', ''), ['orders-db'])
    assert.deepEqual(await complete('credential', 'add', 'x', '--provider', ''), ['postgres'])
  })

  test('what would need quotation marks, or could do something to a shell, is not offered', async () => {
    assert.deepEqual(await complete('ghost', 'claim', 'documents', ''), [])
  })

  test('nobody waits, and nobody reads of a failure, where nothing answers or nobody is signed in', async () => {
    const away = await type(['complete', '--', 'credential', 'show', ''], {
      environment: { REKEY_URL: 'http://127.0.0.1:9', REKEY_TOKEN: 't' },
    })
    assert.deepEqual([away.code, away.out, away.err], [0, '', ''])
    const nobody = await type(['complete', '--', 'credential', 'show', ''])
    assert.deepEqual([nobody.code, nobody.out, nobody.err], [0, '', ''])
    await withPlane({ 'GET /credentials': () => 'hang' as const }, async plane => {
      const slow = await type(['complete', '--', 'credential', 'show', ''], { plane })
      assert.deepEqual([slow.code, slow.out, slow.err], [0, '', ''])
    })
  })
})

test('the script of bash is read by bash, which completes with it', () => {
  assert.equal(spawnSync('bash', ['-n'], { input: scripts.bash }).status, 0)
  const rekey = `rekey() { shift 2; printf '%s\\tabout it\\n' "$*:one" "$*:two"; }`
  const asked = `COMP_WORDS=(rekey rotation led); COMP_CWORD=2; _rekey; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = spawnSync('bash', ['-c', `${scripts.bash}\n${rekey}\n${asked}`], { encoding: 'utf8' })
  assert.equal(stdout, 'rotation led:one\nrotation led:two\n')
})

/** What each shell is asked: its script, a `rekey` that says with what it was called, and what it would offer. */
const asked = {
  zsh: {
    args: ['-f', '-c'],
    by: `compdef() { : }; compadd() { print -l -- "\${values[@]}" }
      words=(rekey rotation led); CURRENT=3; _rekey`,
    rekey: `rekey() { printf 'led-%s\\tabout it\\n' "\${(j:+:)@}"; }`,
  },
  fish: {
    args: ['--no-config', '-c'],
    by: `complete -C 'rekey rotation led'`,
    rekey: `function rekey; printf 'led-%s\\tabout it\\n' (string join + -- $argv); end`,
  },
}
for (const shell of ['zsh', 'fish'] as const) {
  test(`the script of ${shell} is read by ${shell}, which completes with it, where it is on this machine`, t => {
    const { args, by, rekey } = asked[shell]
    const script = [rekey, scripts[shell], by].join('\n')
    const answer = spawnSync(shell, [...args, script], { encoding: 'utf8' })
    if (answer.error !== undefined) {
      t.diagnostic(`${shell} is not on this machine: only the words that it asks with are looked at`)
      assert.match(scripts[shell], /rekey complete -- /)
      return
    }
    assert.match(answer.stdout, /^led-complete\+--\+rotation\+led(\tabout it)?\n$/, answer.stderr)
  })
}
