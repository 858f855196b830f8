// What happens at the control plane's own doors: people, agents, sources, and who was refused.
import { isRecord } from '../../../parts/is-record.ts'
import { count, link, say, type Telling, type Told } from './piece.ts'
import { words } from './words.ts'

export const ofAccess: Readonly<Record<string, Telling>> = {
  setUp: one => say`This control plane was set up by ${one.text('person')}`,
  personAdded: one => say`${one.text('person')} was added: ${roles(one)}`,
  rolesChanged: one => say`The roles of ${one.text('person')} were changed: ${roles(one)}`,
  personEnded: one => say`The access of ${one.text('person')} was ended`,
  passwordChanged: one => say`The password of ${one.text('person')} was changed`,
  passkeyAdded: one => say`A passkey of ${one.text('person')} was added`,
  passkeyRemoved: one => say`A passkey of ${one.text('person')} was removed`,
  signOnLinked: one => say`${one.text('person')} signs in through ${one.text('provider')} from here on`,
  signedIn: one => say`${one.text('person')} signed in (${words(one.text('with'))})`,
  signedOut: one => say`A session of ${one.text('person')} ended`,
  tokenMade: one =>
    say`The API token ${one.text('token')} of ${one.text('person')} was made: ${one.names('rights')} in ${places(one)}`,
  tokenRevoked: one => say`The API token ${one.text('token')} of ${one.text('person')} was revoked`,
  glassSet: one => say`The break-glass code ${one.text('code')} was made`,
  glassRemoved: one => say`The break-glass code ${one.text('code')} was taken back`,
  proposalMade: one =>
    say`It was ${link('proposed', 'people', 'proposals')} to ${deed(one)}: a second person has to agree`,
  proposalAgreed: one =>
    say`A second person agreed to ${deed(one)}, which ${one.text('proposedBy')} had proposed`,
  proposalDeclined: one => say`A proposal to ${deed(one)} was declined${one.because('reason')}`,
  rulesChanged: one => say`The rules on what needs two people were changed: ${rules(one)}`,
  agentRegistered: one =>
    say`The agent ${one.agent()} was registered, bound to ${count(one.list('bindings').length, 'consumer')}`,
  agentEnded: one => say`The agent ${one.agent()} was ended`,
  agentKeyEnrolled: one => say`A process of the agent ${one.agent()} joined (${one.text('how')})`,
  agentKeyEnded: one => say`A key of the agent ${one.agent()} was ended`,
  joinTokenMade: one =>
    say`A join token of the agent ${one.agent()} was made, good ${one.text('uses') === 'many' ? 'for many' : 'once'}`,
  joinTokenEnded: one => say`A join token of the agent ${one.agent()} was taken back`,
  issuerTrusted: one =>
    say`The issuer ${one.text('issuer')} of agents’ identities is trusted: ${one.text('kind')}, ${one.text('address')}`,
  issuerRemoved: one => say`The issuer ${one.text('issuer')} is trusted no longer`,
  signOnSet: one => say`People may sign in through ${one.text('provider')} (${one.text('issuer')})`,
  signOnRemoved: one => say`Nobody signs in through ${one.text('provider')} any longer`,
  sourceSet: one => say`The source of observations ${one.text('source')} was set up (${one.text('kind')})`,
  sourceRemoved: one => say`The source of observations ${one.text('source')} is heard no longer`,
  signalSourceSet: one =>
    say`${one.text('source')} may send signals (${one.text('kind')}) about ${places(one)}`,
  signalSourceRemoved: one => say`${one.text('source')} may send signals no longer`,
  signalPolicySet: () => say`What is done about signals was changed`,
  webhookSet: one => say`Events are sent to ${one.text('host')} by the webhook ${one.text('webhook')}`,
  webhookRemoved: one => say`The webhook ${one.text('webhook')} was removed`,
  webhookOff: one => say`The webhook ${one.text('webhook')} was switched off${one.because('why')}`,
  receiverSet: one => say`${one.text('receiver')} may receive shared signals about ${places(one)}`,
  receiverRemoved: one => say`${one.text('receiver')} receives shared signals no longer`,
  signalStreamSet: one =>
    say`A stream of shared signals of ${one.text('receiver')} is ${one.text('status')} (${one.text('method')})`,
  signalStreamRemoved: one => say`A stream of shared signals of ${one.text('receiver')} was removed`,
  accessRefused: one =>
    say`${whoText(one.text('who'))} was refused ${times(one)}: ${one.text('what')} (${words(one.text('code'))})`,
}

const whoText = (who: string) => (who === 'nobody' ? 'Somebody unknown' : who)

const times = (one: Told) => {
  const n = one.number('count') ?? 1
  return n === 1 ? 'once' : `${n.toLocaleString('en-GB')} times`
}

const placeText = (place: unknown) => (place === '*' ? 'all environments' : String(place))

function places(one: Told): string {
  const some = one.list('environments')
  return some.length === 0 ? 'no environment' : some.map(placeText).join(', ')
}

function roles(one: Told): string {
  const some = isRecord(one.data['roles']) ? Object.entries(one.data['roles']) : []
  return some.length === 0
    ? 'no role'
    : some.map(([place, role]) => `${String(role)} in ${placeText(place)}`).join(', ')
}

function rules(one: Told): string {
  const said = one.under('rules').data['twoPerson']
  const some = isRecord(said)
    ? Object.entries(said).filter(([, what]) => Array.isArray(what) && what.length > 0)
    : []
  if (some.length === 0) return 'nothing does'
  return some.map(([place, what]) => `${(what as unknown[]).join(', ')} in ${placeText(place)}`).join('; ')
}

const deed = (one: Told) =>
  ({ retire: 'retire the old version', override: 'override a gate', kill: 'kill' })[one.text('what')] ??
  one.text('what')
