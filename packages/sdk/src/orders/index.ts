// What is needed to receive kill orders without a connection: to check them, to keep them, and to know which versions are dead.
export type { RefusalCode } from './jws.ts'
export { type KeptOrder, type KeptOrders, keptIn, textOf } from './kept.ts'
export type { Order } from './order.ts'
export { OrderReceiver, type ReceiverParts, type Taken } from './receiver.ts'
export { KeyRing, type RingRefusal, type Trust } from './ring.ts'
