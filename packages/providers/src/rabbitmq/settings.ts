// What a RabbitMQ target is told by: its management API, where everything is done, and its AMQP nodes, where a value is tried.
import { type Static, Type } from 'typebox'
import type { Context } from '../provider.ts'
import { adminSecret, ca, host, port, prefix, tls } from '../settings.ts'

/** As long as AMQP can write a user's name in a message. */
export const longestName = 255

/** A colon would end the name where HTTP sends it together with the password. */
const user = (description: string) =>
  Type.String({ pattern: '^[^:\\u0000-\\u001f]+$', maxLength: longestName, description })

export const settings = Type.Object(
  {
    api: Type.Object(
      { host, port: port(15672) },
      {
        additionalProperties: false,
        description: 'The management API; one for the whole cluster. Its usual port with TLS is 15671',
      },
    ),
    nodes: Type.Array(Type.Object({ host, port: port(5672) }, { additionalProperties: false }), {
      minItems: 1,
      description:
        'Where consumers log in with AMQP: a value is tried on each. The usual port with TLS is 5671',
    }),
    vhost: Type.String({
      minLength: 1,
      maxLength: 255,
      default: '/',
      description: 'The virtual host that a login is tried in; the template may enter it',
    }),
    admin: user('The user that Rekey itself uses, with the tag administrator'),
    adminSecret: adminSecret('its password'),
    template: user(
      'The user without a password that holds the permissions, limits and tags; each login is made like it',
    ),
    prefix: prefix(100),
    tls,
    ca,
  },
  { additionalProperties: false },
)
export type Settings = Static<typeof settings>
export type Node = Settings['nodes'][number]

export const settingsOf = (context: Pick<Context, 'settings'>) => context.settings as Settings
export const naming = (context: Pick<Context, 'settings'>) => ({
  prefix: settingsOf(context).prefix,
  longest: longestName,
})
