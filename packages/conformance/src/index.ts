// What a bench or a test takes of the kit.
export type { Bed, Plot } from './bed.ts'
export { until } from './beds/server.ts'
export { rules, tryRule } from './rules/rules.ts'
export { crash } from './trial/crash.ts'
export { tried, triedKinds } from './tried.ts'
