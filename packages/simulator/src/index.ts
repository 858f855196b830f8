// The simulator: for tests, the demo and the bench; no product code imports it.
export { type Simulated, type SimulateOptions, simulate } from './simulate.ts'
