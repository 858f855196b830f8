// A target as small as can be, for the command line: keys that lie on a shelf (a folder), and the plugin that puts them there. Rekey does
// everything by itself with it, so that a whole rotation goes by in seconds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const program = `
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
const asked = JSON.parse(readFileSync(0, 'utf8'))
const { folder } = asked.settings
const at = handle => folder + '/' + handle
const read = handle => (existsSync(at(handle)) ? JSON.parse(readFileSync(at(handle), 'utf8')) : null)
const write = (handle, one) => (mkdirSync(folder, { recursive: true }), writeFileSync(at(handle), JSON.stringify(one)))
const verbs = {
  mint({ operation: { key, name, secret } }) {
    if (read(name) === null) write(name, { key, secret, isOn: true })
    return { handle: name }
  },
  find: ({ operation: { name } }) => (read(name) === null ? { is: 'not-started' } : { is: 'done', handle: name }),
  probe({ handle, secret }) {
    const one = read(handle)
    return { answer: one !== null && one.isOn && one.secret === secret ? 'accepted' : 'refused' }
  },
  disable: ({ handle }) => (write(handle, { ...read(handle), isOn: false }), {}),
  enable: ({ handle }) => (write(handle, { ...read(handle), isOn: true }), {}),
  destroy: ({ handle }) => (rmSync(at(handle), { force: true }), {}),
}
console.log(JSON.stringify({ ok: verbs[asked.verb](asked) }))
`

const plugin = {
  kind: 'shelf',
  title: 'Keys on a shelf',
  command: ['node', 'shelf.mjs'],
  secretBytes: 32,
  longestName: 100,
  admin: [],
  abilities: {
    maxLive: 100,
    secretFrom: 'us',
    canDisable: true,
    canEndSessions: false,
    canList: false,
    canCompareRights: false,
    usage: 'none',
    usageLagMs: 0,
    propagationMs: 0,
  },
  settings: {
    type: 'object',
    additionalProperties: false,
    required: ['folder', 'prefix'],
    properties: {
      folder: { type: 'string', maxLength: 500, description: 'Where the keys lie' },
      prefix: { type: 'string', pattern: '^[a-z]+$', maxLength: 20, description: 'How their names begin' },
    },
  },
}

/** Gives back where the keys lie. */
export function putUpShelf(providers: string): string {
  mkdirSync(providers, { recursive: true })
  writeFileSync(join(providers, 'shelf.mjs'), program)
  // The plugin is started with nothing of our own PATH.
  const command = [process.execPath, 'shelf.mjs']
  writeFileSync(join(providers, 'shelf.plugin.json'), JSON.stringify({ ...plugin, command }))
  return join(providers, 'keys')
}
