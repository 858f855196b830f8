// Holds agents of a bench: each with a stream of its own over a plain socket. When a kill order comes, each checks it, with the SDK's own
// receiver (`rekey`), or with one signature check and nothing else (`check`), or not at all (`bare`), and says so on a connection of its
// own, as an agent does that has none open. Times are wall-clock milliseconds of this machine.
import { createSecretKey, webcrypto } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { KeyRing, OrderReceiver } from '@rekey/sdk/orders'
import { type BenchAgent, proved } from '../api/agents.ts'

type Mode = 'rekey' | 'check' | 'bare'
interface Ask {
  open?: {
    address: string
    request: string
    agent?: { id: string; token: string; proofKey: string }
    instance: string
  }[]
  ring?: string
  collect?: true
  slow?: { address: string; request: string }[]
}

const mode = process.argv[2] as Mode
const now = () => performance.timeOrigin + performance.now()
let ring: KeyRing | null = null
let key: webcrypto.CryptoKey | null = null
let open = 0
let failed = 0
let refused = 0
let applied: number[] = []
let acked: number[] = []

interface Holder {
  address: URL
  instance: string
  agent: BenchAgent | null
  receiver: OrderReceiver | null
}

let connecting = 0
const waiting: (() => void)[] = []

/** Two hundred at once, as fast as they come. */
function gently(begin: (done: () => void) => void): void {
  const go = () => {
    connecting++
    begin(() => {
      connecting--
      waiting.shift()?.()
    })
  }
  if (connecting < 200) go()
  else waiting.push(go)
}

function listen(holder: Holder, request: string): void {
  gently(done => {
    const { hostname, port } = holder.address
    const socket = connect(Number(port), hostname, () => socket.write(request))
    socket.setNoDelay(true)
    let isOpen = false
    let rest = ''
    const settle = (isGood: boolean) => {
      if (isOpen) return
      isOpen = true
      done()
      if (isGood) open++
      else failed++
    }
    socket.on('data', part => {
      const text = part.toString('latin1')
      if (!isOpen) settle(text.startsWith('HTTP/1.1 200'))
      // A message may come in two parts; nothing else is long.
      rest += text
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const frame = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (frame.includes('"type":"kill"')) void heard(holder, frame)
      }
    })
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
  })
}

async function heard(holder: Holder, frame: string): Promise<void> {
  const at = frame.indexOf('data: ')
  const { order, credential, version } = JSON.parse(frame.slice(at + 6)) as Record<string, string>
  const epoch = await taken(holder, order!, credential!, Number(version))
  if (epoch === null) {
    refused++
    return
  }
  applied.push(now())
  answer(holder, epoch)
}

/** The epoch that is answered; null: it was not taken. */
async function taken(
  holder: Holder,
  order: string,
  credential: string,
  version: number,
): Promise<number | null> {
  if (mode === 'bare') return 0
  if (mode === 'check') {
    const dot = order.lastIndexOf('.')
    const signature = Buffer.from(order.slice(dot + 1), 'base64url')
    const isGood = await webcrypto.subtle.verify('Ed25519', key!, signature, Buffer.from(order.slice(0, dot)))
    return isGood ? 0 : null
  }
  const { said, epoch } = await holder.receiver!.take(order)
  return said === 'applied' && holder.receiver!.isDenied(credential, version) ? epoch : null
}

function answer({ address, agent, instance }: Holder, epoch: number): void {
  const path =
    mode === 'rekey'
      ? `/api/v1/agent/orders/${epoch}/answer?instance=${instance}&said=applied&held=true`
      : '/ack'
  const shown = agent === null ? '' : proved(agent, 'POST', path)
  const request = `POST ${path} HTTP/1.1\r\nhost: ${address.host}\r\ncontent-length: 0\r\n${shown}\r\n`
  gently(done => {
    const socket: Socket = connect(Number(address.port), address.hostname, () => socket.write(request))
    socket.setNoDelay(true)
    socket.once('data', part => {
      if (part.toString('latin1', 9, 12) === '204') acked.push(now())
      else refused++
      // Without the wait that a closed connection costs its port: there are many rounds.
      socket.resetAndDestroy()
      done()
    })
    socket.on('error', () => {
      refused++
      done()
    })
  })
}

createInterface({ input: process.stdin }).on('line', line => void asked(JSON.parse(line) as Ask))

async function asked(ask: Ask): Promise<void> {
  if (ask.ring !== undefined) {
    ring = (await KeyRing.first(ask.ring)) as KeyRing
    const claims = JSON.parse(Buffer.from(ask.ring.split('.')[1]!, 'base64url').toString()) as {
      active: webcrypto.JsonWebKey
    }
    key = await webcrypto.subtle.importKey('jwk', claims.active, 'Ed25519', false, ['verify'])
  }
  for (const { address, request, agent, instance } of ask.open ?? []) {
    listen(
      {
        address: new URL(address),
        instance,
        agent: agent === undefined ? null : benchAgent(agent),
        receiver: mode === 'rekey' ? new OrderReceiver({ ring }) : null,
      },
      request,
    )
  }
  for (const { address, request } of ask.slow ?? []) dawdle(new URL(address), request)
  if (ask.collect) {
    console.log(JSON.stringify({ applied, acked, refused }))
    applied = []
    acked = []
    refused = 0
  }
}

const benchAgent = ({ proofKey, ...agent }: { id: string; token: string; proofKey: string }): BenchAgent => ({
  ...agent,
  proofKey: createSecretKey(Buffer.from(proofKey, 'base64url')),
})

/** Opens a stream and reads nothing of it. */
function dawdle(address: URL, request: string): void {
  gently(done => {
    const socket = connect(Number(address.port), address.hostname, () => {
      socket.write(request)
      socket.pause()
      open++
      done()
    })
    socket.on('error', () => {
      failed++
      done()
    })
  })
}

setInterval(() => console.log(JSON.stringify({ open, failed, acked: acked.length, refused })), 100)
