// What is seen across all credentials: what needs a person now, who uses anything at all, whom nobody registered, what comes
// when, and whether it is ready for that day. The screens and the command line begin here.
import { type Static, Type } from 'typebox'
import { consumerRecord, ghost } from './consumers.ts'
import { policy } from './credentials.ts'
import { environment, lengthMs, ms, oneOf, orNull, page, pageQuery } from './parts.ts'
import { rotationView } from './rotations.ts'
import { rights, route } from './route.ts'

/** What somebody can be needed for, the most urgent first. */
export const attentionKinds = [
  'fence',
  'kill-unconfirmed',
  'signal',
  'rotation-stuck',
  'rotation-contained',
  'window-overdue',
  'window-closing',
  'proposal',
  'hand-step',
  'gate-refused',
  'plan-gaps',
  'rotation-held',
  'ghost',
  'deadline',
] as const

/** What the button does. The screen opens the form for it; the command line names the command. */
export const attentionActions = [
  'lift-fence',
  'look-at-kill',
  'look-at-signal',
  'retry',
  'resume',
  'look-at-gates',
  'agree',
  'hand-in',
  'retire',
  'complete-plan',
  'release',
  'claim-ghost',
  'open-rotation',
] as const

export const attention = Type.Object({
  id: Type.String({ description: 'The same for as long as it is about the same' }),
  kind: oneOf(...attentionKinds),
  urgency: oneOf('now', 'today', 'soon'),
  title: Type.String({ description: 'What it is, in a few words' }),
  because: Type.String({ description: 'Why a person is needed, in a sentence' }),
  credential: orNull(Type.String()),
  name: orNull(Type.String({ description: 'Of the credential' })),
  environment: orNull(Type.String()),
  rotation: orNull(Type.String()),
  subject: orNull(Type.String({ description: 'The kill, signal, proposal or ghost that it is about' })),
  sinceMs: orNull(ms),
  untilMs: orNull(Type.Integer({ description: 'When it is too late, or comes to pass by itself' })),
  action: Type.Object({
    do: oneOf(...attentionActions),
    text: Type.String(),
    needs: oneOf(...rights),
    may: Type.Boolean({ description: 'Whether whoever asks has that right there' }),
  }),
})
export type Attention = Static<typeof attention>

/** A rotation under way, as one line of a list. */
export const flight = Type.Object({
  rotation: Type.String(),
  credential: Type.String(),
  name: Type.String(),
  environment: Type.String(),
  phase: rotationView.properties.phase,
  step: rotationView.properties.step,
  old: orNull(Type.Integer()),
  new: orNull(Type.Integer()),
  openedMs: ms,
  deadlineMs: orNull(Type.Integer({ description: 'When two valid versions must be over' })),
  truth: Type.Object({
    old: Type.Integer(),
    new: Type.Integer(),
    mixed: Type.Integer(),
    unknown: Type.Integer(),
  }),
  safe: Type.Integer({ description: 'Consumers that would let the old version go' }),
  consumers: Type.Integer(),
  refusedGates: Type.Array(Type.String(), { description: 'Of the stage that it stands at' }),
})
export type Flight = Static<typeof flight>

const across = {
  ...pageQuery,
  environment: Type.Optional(environment),
  text: Type.Optional(Type.String({ maxLength: 200, description: 'In its id, its name or its owner' })),
}

const unready = Type.Object({
  check: Type.String(),
  consumer: orNull(Type.String()),
  text: Type.String(),
  how: Type.String(),
  blocks: Type.Boolean(),
})

const ofCredential = {
  credential: Type.String(),
  name: Type.String(),
  environment: Type.String(),
}

export const overview = {
  now: route('GET /now', {
    title: 'What needs a person, the most urgent first; and what is in flight',
    who: 'read',
    query: Type.Object({ environment: Type.Optional(environment) }),
    answer: Type.Object({
      items: Type.Array(attention),
      more: Type.Integer({ description: 'How many less urgent ones were left off' }),
      flights: Type.Array(flight),
      counts: Type.Object({
        credentials: Type.Integer(),
        consumers: Type.Integer(),
        agents: Type.Integer(),
        ghosts: Type.Integer(),
        flights: Type.Integer(),
      }),
      position: Type.Integer({ description: 'How far the record was read' }),
      nowMs: ms,
    }),
  }),
  consumers: route('GET /consumers', {
    title: 'List consumers of all credentials',
    who: 'read',
    query: Type.Object(across),
    answer: page(Type.Object({ ...consumerRecord.properties, environment: Type.String() })),
  }),
  ghosts: route('GET /ghosts', {
    title: 'List users of any credential whom nobody registered',
    who: 'read',
    query: Type.Object({ ...across, state: Type.Optional(oneOf('open', 'claimed', 'dismissed')) }),
    answer: page(Type.Object({ ...ghost.properties, environment: Type.String(), name: Type.String() })),
  }),
  calendar: route('GET /calendar', {
    title: 'What is rotated when, by which policy, and how',
    who: 'read',
    query: Type.Object(across),
    answer: page(
      Type.Object({
        ...ofCredential,
        kind: Type.String(),
        fingerprint: orNull(Type.String()),
        version: orNull(Type.Integer()),
        issuedAtMs: orNull(ms),
        lastRotationMs: orNull(ms),
        dueAtMs: Type.Integer(),
        startAtMs: Type.Integer(),
        leftMs: Type.Integer(),
        overdue: Type.Boolean(),
        alert: Type.Boolean(),
        everyMs: lengthMs,
        automatedBy: Type.String({ description: 'The provider, or that a person does it by hand' }),
        openRotation: orNull(Type.String()),
        policy,
        reasons: Type.Array(Type.Object({ code: Type.String(), text: Type.String() })),
      }),
    ),
  }),
  readiness: route('GET /readiness', {
    title: 'Whether each credential is ready for its next rotation, and what is missing',
    who: 'read',
    query: Type.Object({
      ...across,
      verdict: Type.Optional(oneOf('ready', 'ready-with-warnings', 'not-ready')),
    }),
    answer: page(
      Type.Object({
        ...ofCredential,
        verdict: oneOf('ready', 'ready-with-warnings', 'not-ready'),
        /** Of the next one; null while one is open, and where the policy names no day. */
        startAtMs: orNull(Type.Integer()),
        /** The one that is open. */
        rotation: orNull(Type.String()),
        consumers: Type.Integer(),
        checks: Type.Array(Type.Object({ check: Type.String(), ok: Type.Boolean() })),
        missing: Type.Array(unready),
        rarePaths: Type.Array(
          Type.Object({ consumer: Type.String(), name: Type.String(), lastExercisedAtMs: orNull(ms) }),
        ),
      }),
    ),
  }),
}
