// For tests of plugins only: a provider made of a few lines of shell, in a folder of its own.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import { aContext } from '../fixtures.ts'
import { type Operation, ProviderError } from '../provider.ts'
import { execProvider } from './exec.ts'
import type { Plugin } from './plugin.ts'

export const value = 'hunter2-Zq9_kLm3'
export const adminValue = 'admin-Value-0815'
export const context = (signal = AbortSignal.timeout(10_000)) =>
  aContext({
    signal,
    settings: { prefix: 'app', adminSecret: 'redis-admin' },
    admin: async () => new Secret(adminValue),
  })
export const operation: Operation = {
  key: 'key-2',
  credential: 'orders',
  version: 2,
  secret: new Secret(value),
  intendedMs: 5,
}

export function aPlugin(overrides: Partial<Plugin> = {}): Plugin {
  return {
    kind: 'tiny',
    title: 'A tiny plugin',
    command: ['./plugin.sh'],
    format: 'json',
    environment: {},
    settings: { type: 'object' },
    admin: ['adminSecret'],
    abilities: {
      maxLive: 2,
      secretFrom: 'us',
      canDisable: true,
      canEndSessions: false,
      canList: true,
      canCompareRights: false,
      usage: 'sessions',
      usageLagMs: 0,
      propagationMs: 0,
      byHand: [],
    },
    secretBytes: 32,
    longestName: 63,
    ...overrides,
  }
}

/** A provider made of a few lines of shell, in a folder of its own. */
export async function scripted(
  lines: string,
  judge: (provider: ReturnType<typeof execProvider>, folder: string) => Promise<void>,
  overrides: Partial<Plugin> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rekey-plugin-'))
  writeFileSync(join(folder, 'plugin.sh'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 })
  try {
    await judge(execProvider(aPlugin(overrides), folder), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const probe = (provider: ReturnType<typeof execProvider>, signal?: AbortSignal) =>
  provider.probe!(context(signal), 'app_v1', new Secret(value))

/** How a probe fails; its words hold nothing of a value. */
export async function failure(lines: string, overrides: Partial<Plugin> = {}, signal?: AbortSignal) {
  let error: unknown
  await scripted(
    lines,
    async provider => {
      error = await probe(provider, signal).then(
        () => null,
        thrown => thrown,
      )
    },
    overrides,
  )
  assert.ok(error instanceof ProviderError, String(error))
  for (const secret of [value, adminValue]) assert.ok(!`${error.message}\n${error.stack}`.includes(secret))
  assert.match(error.message, /^the plugin tiny /)
  return error
}

export const accepted = `echo '{"ok":{"answer":"accepted"}}'`
