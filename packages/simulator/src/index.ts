// The simulator: for tests, the demo and the bench; no product code imports it.
export { type Simulated, type SimulateOptions, simulate } from './simulate.ts'
export { compare, type Row, seedsOf, units } from './strategies/compare.ts'
export { strategies } from './strategies/strategies.ts'
export { commonAssumptions, type StrategyName } from './strategies/strategy.ts'
