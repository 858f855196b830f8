// What is kept of kill orders from one process to the next: the ring that is believed, and which versions are dead. As a text with
// its own checksum: half of it, or one with a letter changed, must not pass for all there is.
import { base64url, bytesOf, isObject, sha256 } from '../encoding.ts'
import { RekeyError } from '../error.ts'
import { isThumbprint } from './jws.ts'

export interface KeptOrder {
  credential: string
  version: number
  jti: string
  /** null: it was applied before it was written down over there. */
  epoch: number | null
}

export interface KeptOrders {
  ring: string | null
  serial: number
  /** The thumbprints of the first ring that was believed. */
  root: readonly string[] | null
  revoked: readonly string[]
  epoch: number
  orders: readonly KeptOrder[]
}

const format = 1

export async function textOf(kept: KeptOrders): Promise<string> {
  const text = JSON.stringify({ format, ...kept })
  return `${text}\n${await sumOf(text)}\n`
}

/** Whatever is wrong with it is an error: to begin anew would be to forget who is dead. */
export async function keptIn(text: string, path: string): Promise<KeptOrders> {
  const [json = '', sum, end, ...more] = text.split('\n')
  if (end !== '' || more.length > 0 || sum !== (await sumOf(json))) throw damaged(path)
  const found: unknown = JSON.parse(json)
  if (!isKept(found)) throw damaged(path)
  const { ring, serial, root, revoked, epoch, orders } = found
  return { ring, serial, root, revoked, epoch, orders }
}

/** What two processes know that keep it in one place: a version that one of them knows to be dead is dead. */
export function merged(one: KeptOrders, other: KeptOrders): KeptOrders {
  const newer = other.serial > one.serial ? other : one
  const orders = new Map<string, KeptOrder>()
  for (const order of [...other.orders, ...one.orders]) {
    const key = `${order.jti}\n${order.version}\n${order.credential}`
    orders.set(key, { ...order, epoch: order.epoch ?? orders.get(key)?.epoch ?? null })
  }
  return {
    ring: newer.ring,
    serial: newer.serial,
    root: newer.root,
    revoked: [...new Set([...one.revoked, ...other.revoked])],
    epoch: Math.max(one.epoch, other.epoch),
    orders: [...orders.values()],
  }
}

function isKept(found: unknown): found is KeptOrders {
  if (!isObject(found) || found['format'] !== format || !Array.isArray(found['orders'])) return false
  const { ring, root, revoked, epoch, serial } = found
  const areRevoked = Array.isArray(revoked) && revoked.every(isThumbprint)
  const isRoot = root === null || (Array.isArray(root) && root.every(isThumbprint))
  const isRing = ring === null || typeof ring === 'string'
  return areRevoked && isRoot && isRing && isWhole(epoch) && isWhole(serial) && found['orders'].every(isOrder)
}

const isOrder = (one: unknown): boolean =>
  isObject(one) &&
  typeof one['credential'] === 'string' &&
  typeof one['jti'] === 'string' &&
  isWhole(one['version']) &&
  (one['epoch'] === null || isWhole(one['epoch']))

const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const sumOf = async (text: string) => base64url(await sha256(bytesOf(text)))

const damaged = (path: string) =>
  new RekeyError(
    'orders-file',
    `The file of kill orders ${path} is damaged, so it is not known which versions are dead.`,
    'Put an undamaged one back; or remove it, and all orders are asked for anew before anything is given out.',
  )
