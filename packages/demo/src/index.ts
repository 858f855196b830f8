export { Conductor } from './conductor.ts'
export type { Figures } from './figures.ts'
export {
  AnswerError,
  agentFor,
  type ControlPlane,
  freePort,
  type Person,
  personWith,
  setUp,
  startControlPlane,
} from './plane/control-plane.ts'
export { sendSignal } from './plane/signal.ts'
export { Stage } from './show/stage.ts'
