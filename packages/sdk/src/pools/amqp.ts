// RabbitMQ through the driver `amqplib`: a connection with one channel for consumers and one for publishing, replaced in their place.
// `setup` is called for each new channel: it declares, sets the prefetch and consumes. When another version comes, the new
// consumers are there first, then the old ones are cancelled; messages that were delivered to them are settled on the channel that
// brought them, and what was published is confirmed there, before it closes. A publication is never sent again by us: where its
// confirmation is lost with the connection, whoever published is told, for only he knows whether twice is worse than never.
import type { Credential } from '../credential.ts'
import { type AmqpChannel, type AmqpConnection, AmqpLine, type Content, type MessageOf } from './amqp-line.ts'
import { loginOf, nameAt, settingsFor } from './login.ts'
import { type Kind, Place, type PlaceOptions } from './place.ts'

/** The driver: `import amqplib from 'amqplib'`. */
export interface Amqp<C extends AmqpChannel> {
  connect(options: object, socketOptions?: object): Promise<AmqpConnection<C>>
}

export interface AmqpOptions<C extends AmqpChannel> extends PlaceOptions {
  /** Declares, sets the prefetch and consumes. It is called anew for each connection, so it must be safe to repeat. */
  setup?: (channel: C) => unknown
  /** A message that was published as mandatory and had nowhere to go. */
  returned?: (message: MessageOf<C>) => void
  /** Where the versions bring no login of their own. */
  user?: string
  /** What the driver hands to the socket: certificates, clientProperties, `timeout`. */
  socket?: object
  /** Everything else that the driver's connect understands: hostname, port, protocol, vhost, heartbeat. */
  [option: string]: unknown
}

export interface AmqpPlace {
  /** Connects and sets up; without it, the first publication does. */
  start(): Promise<void>
  /** Done when the broker has confirmed that it has it. */
  publish(exchange: string, routingKey: string, content: Content, options?: object): Promise<void>
  sendToQueue(queue: string, content: Content, options?: object): Promise<void>
  /** Consumers are cancelled, what they were given is settled, what was published is confirmed, for `drainMs` at most. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const connectMs = 10_000
const usualHeartbeatS = 30

export function amqpConnection<C extends AmqpChannel>(
  credential: Credential,
  amqplib: Amqp<C>,
  options: AmqpOptions<C> = {},
): AmqpPlace {
  const place = new Place(credential, kindOf(amqplib, options), options, 'amqp')
  const publish = async (exchange: string, routingKey: string, content: Content, how: object = {}) => {
    let stand = place.now
    while (stand === null) {
      await place.stand()
      stand = place.now
    }
    const { line, hold } = stand
    await line.publish(hold, exchange, routingKey, content, how)
  }
  return {
    async start() {
      await place.stand()
    },
    publish,
    // What every broker does with the exchange that has no name.
    sendToQueue: (queue, content, how) => publish('', queue, content, how),
    close: () => place.end(),
    [Symbol.asyncDispose]: () => place.end(),
  }
}

function kindOf<C extends AmqpChannel>(amqplib: Amqp<C>, options: AmqpOptions<C>): Kind<AmqpLine<C>> {
  const { setup, returned, socket, username: _, ...rest } = settingsFor(options, ['username', 'credentials'])
  const settings = { heartbeat: usualHeartbeatS, ...rest }
  return {
    async open(context) {
      const { user, password } = loginOf(context, options.user)
      const connection = await amqplib.connect(
        { ...settings, username: user, password },
        {
          timeout: connectMs,
          clientProperties: { connection_name: nameAt(context, options) },
          ...options.socket,
        },
      )
      return new AmqpLine(connection)
    },
    prepare: (line, hold) => line.setUp(hold, options),
    follows: () => undefined,
    drained: line => line.drained(),
    close: line => line.close(),
    destroy: line => line.destroy(),
    whenGone: (line, gone) => line.whenGone(gone),
  }
}
