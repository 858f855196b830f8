// Act 3: the token is in a public place, and somebody uses it. A signed signal comes in, Rekey knows the value again by its fingerprint, and kills
// it everywhere without asking anybody.
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KillView, SignalView } from '@rekey/wire'
import { sendSignal } from '../plane/signal.ts'
import { files, type Launched, started } from '../platform/launch.ts'
import { openLine } from '../platform/line.ts'
import { type MemberId, memberOf, members } from '../platform/members.ts'
import { Tally } from '../platform/tally.ts'
import { credential } from './register.ts'
import type { Scene } from './scene.ts'
import { look } from './watch.ts'

export interface Leak {
  holders: number
  confirmed: number
  unconfirmed: number
  whoIsUnconfirmed: string[]
  slowestMs: number | null
  providerRefusedAfterMs: number | null
  attackerUses: number
  attackerRefused: number
  attackerLastUseAfterMs: number
  resumedAfterMs: number | null
  failedAfterResume: number
  putBack: number
  ending: string
}

const scanner = 'paste-scanner'
const stolenMs = 1_800
const mostMs = 60_000
/** Whoever is back is looked at for so long. */
const afterwardsMs = 3_000
const betweenMs = 150
const asideMs = 500

export async function leak(scene: Scene): Promise<Leak> {
  const { clock, stage, world } = scene
  const secret = await letScannerSignal(scene)
  stage.say(
    'Support has a question about the replay tool, and posts its configuration in a public paste. The token is in it.',
  )
  const paste = join(world.folder, files.paste)
  copyFileSync(join(world.folder, files.replay), paste)
  await scene.beat()
  const attacker = await letAttackerIn(scene)
  try {
    await clock.until('the attacker is in', () => attacker.tally.of('attacker').done > 0, mostMs)
    stage.say('Somebody finds it within seconds, and reads documents with it.', 'bad')
    await clock.wait(stolenMs)
    stage.say('A scanner finds it as well, and sends a signed signal.')
    const { token } = JSON.parse(readFileSync(paste, 'utf8')) as { token: string }
    const data = {
      kind: 'public-leak',
      value: token,
      locations: ['https://paste.example/q7Rk'],
      confidence: 1,
    }
    await sendSignal(world.plane.address, { id: scanner, secret }, { type: 'leak.found', data })
    const kill = await killOf(scene)
    // Orders and answers are under way: whoever only looks stands aside for a moment.
    await clock.wait(asideMs)
    stage.say('Rekey knows the value by its fingerprint, and kills it. Nobody was asked.', 'rekey')
    return await watched(scene, kill, attacker)
  } finally {
    await attacker.stop()
  }
}

/** Who scans public places is registered as a source of signals; its secret is shown once. */
async function letScannerSignal({ world }: Scene): Promise<string> {
  const body = { kind: 'standard', environments: ['production'] }
  return (await world.person.ask<{ secret: string }>('PUT', `/signal-sources/${scanner}`, body)).secret
}

async function killOf({ clock, world }: Scene): Promise<string> {
  let kill: string | null = null
  await clock.until(
    'the signal has killed the token',
    async () => {
      const { items } = await world.person.ask<{ items: SignalView[] }>(
        'GET',
        `/signals?credential=${credential}`,
      )
      kill = items.flatMap(one => one.did.flatMap(step => step.kill ?? [])).at(0) ?? null
      if (kill === null) await clock.wait(betweenMs)
      return kill !== null
    },
    mostMs,
  )
  return kill!
}

interface Attacker {
  tally: Tally
  stop(): Promise<void>
}

/** It has nothing of ours but the paste. */
async function letAttackerIn({ world, stage }: Scene): Promise<Attacker> {
  const tally = new Tally(['attacker'])
  const line = await openLine(join(world.folder, 'attacker'), {
    came: () => undefined,
    heard: (_, told) => {
      if (told.says === 'job') tally.add('attacker', told)
      stage.changed()
    },
    left: () => undefined,
  })
  const file = join(import.meta.dirname, '../platform/attacker-child.ts')
  const environment = { DEMO_LINE: line.path, DEMO_DOCSTORE: world.docstore.url, DEMO_PASTE: files.paste }
  const one: Launched = started([file], environment, world.folder)
  return {
    tally,
    async stop() {
      one.child.kill('SIGTERM')
      await one.ended
      await line.close()
    },
  }
}

async function watched(scene: Scene, id: string, { tally }: Attacker): Promise<Leak> {
  const { clock, platform, stage, world } = scene
  const stolen = tally.of('attacker')
  const view = () => world.person.ask<KillView>('GET', `/kills/${id}`)
  const leaked = stolen.lastKey ?? ''
  const show = (kill: KillView) => {
    const [killed] = kill.killed
    const lastUse = tally.success('attacker', leaked)
    stage.kill = {
      holders: heldIt(kill).map(one => ({
        name: named(one),
        afterMs: one.afterMs,
        isConfirmed: one.state === 'confirmed',
      })),
      attackerUses: stolen.done,
      attackerRefused: stolen.failed,
      attackerLastUseAfterMs: lastUse === null ? null : Math.round(lastUse.lastMs - kill.orderedMs),
      providerRefusedAfterMs: killed?.providerRefusedAfterMs ?? null,
    }
    stage.changed()
  }
  const constant = members.filter(one => one.runs === 'always').map(one => one.id)
  const newKey = () => stage.keys.newest
  const isBack = (who: string) => {
    const key = newKey()
    return key !== null && key.id !== leaked && platform.tally.success(who, key.id) !== null
  }
  let said = false
  let last: KillView | null = null
  let ending = ''
  await clock.until(
    'everybody has confirmed, and works again',
    async () => {
      last = await view()
      show(last)
      const [killed] = last.killed
      if (killed?.rotation == null) return false
      const { rotation } = await look(scene, killed.rotation)
      const held = heldIt(last)
      const isConfirmed = held.length > 0 && last.unconfirmed.length === 0
      if (!said && isConfirmed && killed.providerRefusedAfterMs !== null) {
        said = true
        stage.say(
          `${held.length} processes held it. The last confirmed after ${slowestOf(held)} ms; Docstore refuses it after ${killed.providerRefusedAfterMs} ms.`,
          'good',
        )
      }
      ending = rotation.ending ?? ''
      await clock.wait(betweenMs)
      return said && rotation.phase === 'ended' && constant.every(isBack)
    },
    mostMs,
  )
  const kill = last as unknown as KillView
  const key = newKey()!
  const firsts = constant.map(who => platform.tally.success(who, key.id)!.firstMs)
  const resumedAfterMs = Math.round(Math.max(...firsts) - kill.orderedMs)
  stage.say(`A new token is made, and everybody works again, ${resumedAfterMs} ms after the order.`, 'good')
  await clock.wait(afterwardsMs)
  show(await view())
  const lastUse = tally.success('attacker', leaked)
  const attackerLastUseAfterMs = Math.max(0, Math.round((lastUse?.lastMs ?? 0) - kill.orderedMs))
  stage.say(
    `The attacker was in ${stolen.done} times. The last time was ${attackerLastUseAfterMs} ms after the order; since then it was refused ${stolen.failed} times.`,
    'good',
  )
  const failedAfterResume = constant.reduce(
    (sum, who, at) => sum + platform.tally.failuresAfter(who, firsts[at]!),
    0,
  )
  const holders = heldIt(kill)
  return {
    holders: holders.length,
    confirmed: holders.filter(one => one.state === 'confirmed').length,
    unconfirmed: kill.unconfirmed.length,
    whoIsUnconfirmed: kill.unconfirmed.map(one => one.what),
    slowestMs: slowestOf(holders),
    providerRefusedAfterMs: kill.killed[0]?.providerRefusedAfterMs ?? null,
    attackerUses: stolen.done,
    attackerRefused: stolen.failed,
    attackerLastUseAfterMs,
    resumedAfterMs,
    failedAfterResume,
    putBack: platform.tally.putBack,
    ending,
  }
}

/** A wrapper answers when the programs that it runs have ended. */
function named({ consumer, instance, afterMs }: Holder): string {
  const name = memberOf(consumer as MemberId)?.name ?? consumer
  if (instance.includes('-rekey-')) return `${name}, their rekey run`
  return afterMs === null ? `${name}, a process of it` : name
}

type Holder = KillView['killed'][number]['holders'][number]

/** Who was there when the order went out. Whoever was started later was told at its start, and never had it. */
const heldIt = (kill: KillView): Holder[] =>
  (kill.killed[0]?.holders ?? []).filter(one => one.connected || one.afterMs === null)

/** Of those that the order reached; a program that was ended by its wrapper answers through it. */
function slowestOf(holders: readonly Holder[]): number | null {
  const answers = holders.flatMap(one => one.afterMs ?? [])
  return answers.length === 0 ? null : Math.max(...answers)
}
