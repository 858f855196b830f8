// The first person. Where nobody is registered, a start makes a set-up token and prints a link with it; whoever follows it
// becomes the first admin. The token stands behind a # in the link: browsers do not send that part, so it is in no log.
import { dayMs, type Secret } from '@rekey/core'
import type { Ground } from '../ground.ts'
import type { Keep } from './kept.ts'
import { keepToken } from './people.ts'

export async function isSetUp(keep: Keep): Promise<boolean> {
  return (await keep.page('person', { after: null, limit: 1 })).length > 0
}

/** null: somebody is registered already. Links of other starts stay good until their day is over, or somebody used one. */
export async function setUpToken(
  { nowMs, random }: Pick<Ground, 'nowMs' | 'random'>,
  keep: Keep,
): Promise<Secret | null> {
  if (await isSetUp(keep)) return null
  const { text } = await keepToken(keep, 'setup', 'setup', random, hash => ({ hash }), nowMs() + dayMs)
  return text
}
