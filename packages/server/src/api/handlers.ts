// All handlers. The type asks for one for every route of the wire.
import type { Handlers } from '../http/call.ts'
import { overviewHandlers } from '../overview/handlers.ts'
import { agentHandlers } from './agent.ts'
import { agentsHandlers } from './agents.ts'
import { consumerHandlers, ghostHandlers } from './consumers.ts'
import { decisionHandlers } from './decisions.ts'
import { glassHandlers } from './glass.ts'
import { credentialHandlers } from './inventory.ts'
import { killHandlers } from './kills.ts'
import { orderKeyHandlers } from './order-keys.ts'
import { peopleHandlers, tokenHandlers } from './people.ts'
import type { Plane } from './plane.ts'
import { proposalHandlers } from './proposals.ts'
import { providerHandlers } from './providers.ts'
import { receiverHandlers } from './receivers.ts'
import { recordHandlers } from './record.ts'
import { rotationHandlers } from './rotations.ts'
import { sessionHandlers, setUpHandlers } from './session.ts'
import { settingHandlers } from './settings.ts'
import { sharedSignalHandlers } from './shared-signals.ts'
import { signalSourceHandlers } from './signal-sources.ts'
import { signalHandlers, signalPolicyHandlers } from './signals.ts'
import { sourceHandlers } from './sources.ts'
import { passportHandlers, statusListHandlers } from './status.ts'
import { telemetryHandlers } from './telemetry.ts'
import { issuerHandlers, signOnHandlers } from './trust.ts'
import { webhookHandlers } from './webhooks.ts'

export const handlersOf = (plane: Plane): Handlers => ({
  setUp: setUpHandlers(plane),
  session: sessionHandlers(plane),
  people: peopleHandlers(plane),
  tokens: tokenHandlers(plane),
  proposals: proposalHandlers(plane),
  settings: settingHandlers(plane),
  credentials: credentialHandlers(plane),
  consumers: consumerHandlers(plane),
  ghosts: ghostHandlers(plane),
  overview: overviewHandlers(plane),
  rotations: rotationHandlers(plane),
  decisions: decisionHandlers(plane),
  kills: killHandlers(plane),
  glass: glassHandlers(plane),
  orderKeys: orderKeyHandlers(plane),
  signals: signalHandlers(plane),
  signalSources: signalSourceHandlers(plane),
  signalPolicy: signalPolicyHandlers(plane),
  statusLists: statusListHandlers(plane),
  passports: passportHandlers(plane),
  receivers: receiverHandlers(plane),
  sharedSignals: sharedSignalHandlers(plane),
  record: recordHandlers(plane),
  providers: providerHandlers(plane),
  agents: agentsHandlers(plane),
  issuers: issuerHandlers(plane),
  signOns: signOnHandlers(plane),
  sources: sourceHandlers(plane),
  webhooks: webhookHandlers(plane),
  telemetry: telemetryHandlers(plane),
  agent: agentHandlers(plane),
})
