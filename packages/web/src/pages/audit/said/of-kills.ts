// Kills and their orders; signals and what came of them.

import { count, link, type Sentence, say, type Telling, type Told } from './piece.ts'
import { scopeText } from './scope-text.ts'
import { words } from './words.ts'

export const ofKills: Readonly<Record<string, Telling>> = {
  killOrdered: one =>
    say`${link('A kill', 'kills', one.own)} was ordered: ${scopeText(one.under('scope').data)}, ${count(one.list('killed').length, 'version')} in all${one.because('reason')}`,
  holdersTold: one =>
    say`${link('The kill', 'kills', one.own)} was told to ${count(one.list('holders').length, 'process', 'processes')} that may hold what it kills`,
  holdersAnswered: one =>
    say`${count(one.list('answers').length, 'answer')} came to ${link('the kill', 'kills', one.own)}`,
  holderDismissed: one =>
    say`A person answers for ${one.text('instance')} of ${one.consumer()}, which cannot confirm ${link('the kill', 'kills', one.own)}${one.because('reason')}`,
  orderSigned: one =>
    say`The kill order of epoch ${one.text('epoch')} was signed: version ${one.text('version')} of ${one.credential} is dead (${link('its kill', 'kills', one.text('kill'))})`,
  orderKeysChanged: one => say`The keys that orders are signed with were changed${one.because('because')}`,
  signingKeysChanged: one =>
    say`The keys that sign ${words(one.text('of'))} were changed${one.because('because')}`,
  glassBroken: one =>
    say`Glass was broken: somebody killed with the code ${one.text('code')}${one.because('reason')}`,
  strangeOrderApplied: one =>
    say`The agent ${one.agent()} applied an order that is not in the record (epoch ${one.text('epoch')}): the key that signs orders may be stolen`,
  signalRaised: one => [
    ...signal(one, 'A signal'),
    `: ${words(one.text('kind'))}`,
    one.because('summary'),
    ...about(one),
  ],
  signalsJoined: one => [
    ...signal(one, 'The signal'),
    ` was joined by ${count(one.number('count') ?? 0, 'other')}, ${one.text('total')} by now`,
    ...about(one),
  ],
  signalDecided: one => [
    ...signal(one, 'The signal'),
    ` is answered with "${one.text('reaction')}"`,
    one.text('wanted') === one.text('reaction') ? '' : `, where the policy says "${one.text('wanted')}"`,
    ...about(one),
  ],
  signalPaged: one => [
    ...signal(one, 'The signal'),
    ' was told to people',
    one.because('text'),
    ...about(one),
  ],
  signalActed: one => [
    ...signal(one, 'The signal'),
    `: ${words(one.text('did'))}`,
    one.because('text', '. '),
  ],
  signalDismissed: one => [
    ...signal(one, 'The signal'),
    ' was dismissed',
    one.because('reason'),
    ...about(one),
  ],
}

const signal = (one: Told, text: string): Sentence => [link(text, 'signals', one.own)]

function about(one: Told): Sentence {
  if (one.event.credential === null) return []
  const version = one.number('version')
  return version === null ? say` (${one.credential})` : say` (version ${version} of ${one.credential})`
}
