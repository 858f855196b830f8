// The control plane itself: health, version, what providers it has, what telemetry it takes.
import { Type } from 'typebox'
import { oneOf, orNull } from './parts.ts'
import { route } from './route.ts'

export const health = {
  alive: Type.Object({ status: Type.Literal('ok') }),
  ready: Type.Object({
    status: oneOf('ready', 'not-ready'),
    store: Type.String(),
    fenced: Type.Boolean({ description: 'A restored store waits for a person before it touches any target' }),
    why: Type.Optional(Type.String()),
  }),
  version: Type.Object({ name: Type.Literal('rekey'), version: Type.String(), node: Type.String() }),
}

export const providers = {
  list: route('GET /providers', {
    title: 'List providers: what they can do, and the settings they need',
    who: 'read',
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          kind: Type.String(),
          title: Type.String(),
          provedAgainst: orNull(Type.String()),
          settings: Type.Unknown(),
          abilities: Type.Unknown(),
        }),
      ),
    }),
  }),
}

/** OTLP/HTTP as OpenTelemetry has it: JSON or protobuf, gzip allowed. */
export const telemetry = {
  logs: route('POST /otlp/v1/logs', {
    title: 'OpenTelemetry logs, read for the version mark',
    who: 'source',
    bodyLimit: 8_388_608,
    answer: Type.Object({
      partialSuccess: Type.Optional(
        Type.Object({ rejectedLogRecords: Type.String(), errorMessage: Type.String() }),
      ),
    }),
  }),
  metrics: route('POST /otlp/v1/metrics', {
    title: 'OpenTelemetry metrics, read for the version mark',
    who: 'source',
    bodyLimit: 8_388_608,
    answer: Type.Object({
      partialSuccess: Type.Optional(
        Type.Object({ rejectedDataPoints: Type.String(), errorMessage: Type.String() }),
      ),
    }),
  }),
}
