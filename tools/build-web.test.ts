import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildWeb } from './build-web.ts'

const dist = join(import.meta.dirname, '../packages/web/dist')
const mostScriptBytes = 250_000

test('the first page takes at most 250 kB of gzipped script, and what is built once is not built again', () => {
  buildWeb()
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  const scripts = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(found => found[1]!)
  assert.ok(scripts.length > 0)
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0)
  assert.ok(bytes <= mostScriptBytes, `${bytes} bytes`)
  assert.equal(buildWeb(), false)
})

test('nothing that is built stands in the page itself or comes from elsewhere, so that the strictest policy holds', () => {
  buildWeb()
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  assert.doesNotMatch(page, /<style|<script(?![^>]*src=)|\son\w+=|\sstyle=/)
  assert.doesNotMatch(page, /(?:src|href)="(?!\.\/)/)
  for (const name of readdirSync(join(dist, 'assets'))) {
    if (name.endsWith('.css'))
      assert.doesNotMatch(readFileSync(join(dist, 'assets', name), 'utf8'), /url\(\s*["']?(?:https?:)?\/\//)
  }
})
