// Act 1: the token is rotated by the script. Everything looks fine, and then what is rare comes round.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { files } from '../platform/launch.ts'
import { type MemberId, memberOf, members } from '../platform/members.ts'
import type { Broken } from '../platform/tally.ts'
import { now, type Scene, seconds } from './scene.ts'
import { known, type Rotated, rotateTheUsualWay } from './script.ts'

export interface UsualWay {
  brokenConsumers: number
  broken: Broken[]
  failedJobs: number
  degradedJobs: number
  looksCleanAfterMs: number
}

const healthyMs = 2_500
/** After so long everything that will break has broken: a night, a large file, the last retry. */
const mostMs = 30_000
const supportAfterMs = 6_000
/** What breaks sooner or later, each in its own time. */
const expected = 5

export async function usualWay(scene: Scene): Promise<UsualWay> {
  const { clock, platform, stage } = scene
  stage.say('Eight consumers live on one token of Docstore. Everybody works.')
  platform.begin({ firstNightMs: 1_500, firstLargeFileMs: 500 })
  await clock.wait(healthyMs)
  stage.say('The token is a year old. The team has a script for that.')
  await scene.beat()
  const rotated = await rotateTheUsualWay(handsOf(scene), scene.token.id)
  stage.say(
    `Done, says the script after ${seconds(rotated.looksCleanAfterMs)}: no errors. Everybody goes home.`,
    'good',
  )
  stage.keys.setState(scene.token.id, 'revoked')
  const broken = await comeRound(scene, rotated)
  const { failedJobs, degradedJobs } = platform.tally
  stage.say(
    `${broken.length} consumers are broken, ${failedJobs} jobs are lost and ${degradedJobs} are worse than they should be. No alarm has rung.`,
    'bad',
  )
  await scene.beat()
  return {
    brokenConsumers: broken.length,
    broken,
    failedJobs,
    degradedJobs,
    looksCleanAfterMs: rotated.looksCleanAfterMs,
  }
}

function handsOf({ clock, platform, stage, world, token }: Scene) {
  return {
    async createKey() {
      const made = await world.docstore.createKey('production, made by the script')
      stage.keys.add(made.id)
      return made
    },
    writeSecret: (secret: string) =>
      writeFileSync(join(world.folder, files.secret), `${secret}\n`, { mode: 0o600 }),
    deploy: (which: string) => platform.deploy(which as MemberId),
    async isHealthy() {
      const answer = await fetch(`http://127.0.0.1:${platform.portOf('intake-api')}/healthz`)
      return answer.ok
    },
    errors: () => known.reduce((sum, id) => sum + platform.tally.of(id).failed, 0),
    wait: (ms: number) => clock.wait(ms),
    revoke: (id: string) => world.docstore.deleteKey(id),
    say: (text: string) => stage.say(text),
    nowMs: now,
    token,
  }
}

/** Waits for what is rare, and tells of each consumer when it shows. */
async function comeRound({ clock, platform, stage }: Scene, { revokedMs }: Rotated): Promise<Broken[]> {
  const nameOf = (id: string) => memberOf(id as MemberId).name
  const told = new Set<string>()
  const look = () => {
    const broken = platform.tally.brokenAfter(revokedMs, nameOf)
    for (const one of broken) {
      if (told.has(one.consumer)) continue
      told.add(one.consumer)
      stage.say(`${seconds(one.afterRevokeMs).padStart(6)} after the revocation: ${inWords(one)}`, 'bad')
    }
    return broken
  }
  let support: Promise<void> | null = null
  await clock
    .until(
      'everything rare has come round',
      () => {
        if (support === null && now() - revokedMs > supportAfterMs) support = platform.run('support-replay')
        return look().length >= expected && support !== null
      },
      mostMs,
    )
    .catch(error => {
      // Some of it may have been lucky this time; what has broken is counted, and the verdict is made from that.
      if (clock.isOver) throw error
    })
  await support
  return look()
}

function inWords({ consumer, how }: Broken): string {
  const usually = members.find(one => one.name === consumer)?.usually ?? ''
  const what = {
    failed: 'is refused',
    degraded: 'works, but worse, and says nothing',
    'dead letters': 'comes back with the old token: dead letters',
  }[how]
  return `${consumer} ${what} (${usually})`
}
