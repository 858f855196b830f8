// Every kind of event in a sentence: what happened, in words, with links to what it is about. One that is not known here, because the
// control plane is newer than this page, is shown by its type, with its data.
import type { EventView } from '@rekey/wire'
import { ofAccess } from './of-access.ts'
import { ofCredentials } from './of-credentials.ts'
import { ofKills } from './of-kills.ts'
import { ofRotations } from './of-rotations.ts'
import { type Sentence, type Telling, Told, textOf } from './piece.ts'
import { words } from './words.ts'

/** By what they are about, as the filter lists them. */
export const kindsOfEvents: readonly { name: string; types: readonly string[] }[] = [
  { name: 'Rotations', types: Object.keys(ofRotations) },
  { name: 'Credentials and consumers', types: Object.keys(ofCredentials) },
  { name: 'Kills and signals', types: Object.keys(ofKills) },
  { name: 'People, agents and connections', types: Object.keys(ofAccess) },
]

const tellings: Readonly<Record<string, Telling>> = {
  ...ofRotations,
  ...ofCredentials,
  ...ofKills,
  ...ofAccess,
}

export function sentenceOf(event: EventView): Sentence {
  const telling = Object.hasOwn(tellings, event.type) ? tellings[event.type] : undefined
  return telling === undefined ? unknown(event) : telling(new Told(event))
}

export const plainSentence = (event: EventView): string => textOf(sentenceOf(event))

const mostShown = 160

function unknown({ type, data }: EventView): Sentence {
  const text = JSON.stringify(data) ?? ''
  return [`${typeText(type)}: ${text.length > mostShown ? `${text.slice(0, mostShown)} …` : text}`]
}

/** `rotationOpened`: Rotation opened. */
export function typeText(type: string): string {
  const text = words(type)
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `person:alice` is alice, `system:runner` is Rekey itself. */
export function actorText(by: string): string {
  const at = by.indexOf(':')
  const [kind, id] = at < 0 ? ['', by] : [by.slice(0, at), by.slice(at + 1)]
  if (kind === 'person') return id
  if (kind === 'agent') return `agent ${id}`
  if (kind === 'system' && id === 'nobody') return 'somebody unknown'
  if (kind === 'system') return `Rekey (${id})`
  return by
}
