// How a worker uses each server: a pool of two connections of the server's usual driver, and the one piece of work that it does
// again and again.
import { randomUUID } from 'node:crypto'
import { createClientPool } from '@redis/client'
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import mysql from 'mysql2/promise'
import pg from 'pg'

export interface Login {
  handle: string
  value: string
}

/** Where the worker works; what it needs to know of the bed beside the login. */
export interface Workplace {
  server: ServerName
  host: string
  port: number
  /** A database, a key prefix, a virtual host: what the rights of the group reach. */
  within: string
  /** Who the worker is, as the target sees it. */
  as: string
}

export type ServerName = 'postgres' | 'mariadb' | 'redis' | 'rabbitmq'

export interface Pool {
  work(): Promise<void>
  /** Lets what is under way finish, and gives the connections up. */
  drain(): Promise<void>
}

export const poolSize = 2

export const openers: Record<ServerName, (place: Workplace, login: Login) => Promise<Pool>> = {
  async postgres({ host, port, within, as }, { handle, value }) {
    const [database, table] = within.split('/') as [string, string]
    const pool = new pg.Pool({
      host,
      port,
      database,
      user: handle,
      password: value,
      max: poolSize,
      application_name: as,
    })
    pool.on('error', () => undefined)
    return {
      work: async () => void (await pool.query(`SELECT count(*) FROM ${table}`)),
      drain: () => pool.end(),
    }
  },

  async mariadb({ host, port, within, as }, { handle, value }) {
    const [database, table] = within.split('/') as [string, string]
    const pool = mysql.createPool({
      host,
      port,
      database,
      user: handle,
      password: value,
      connectionLimit: poolSize,
      connectAttributes: { program_name: as },
    })
    return {
      work: async () => void (await pool.query(`SELECT count(*) FROM ${table}`)),
      drain: () => pool.end(),
    }
  },

  async redis({ host, port, within, as }, { handle, value }) {
    const pool = createClientPool(
      { socket: { host, port }, username: handle, password: value, name: as },
      { minimum: 1, maximum: poolSize },
    )
    pool.on('error', () => undefined)
    await pool.connect()
    return {
      work: async () => void (await pool.incr(`${within}count`)),
      drain: () => pool.close(),
    }
  },

  async rabbitmq({ host, port, within, as }, { handle, value }) {
    const open: { connection: ChannelModel; channel: ConfirmChannel; queue: string }[] = []
    for (let at = 0; at < poolSize; at++) {
      const options = { clientProperties: { connection_name: as } }
      const connection = await connect(
        { hostname: host, port, username: handle, password: value, vhost: within },
        options,
      )
      connection.on('error', () => undefined)
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => undefined)
      const { queue } = await channel.assertQueue(`app.${randomUUID()}`, {
        exclusive: true,
        autoDelete: true,
      })
      open.push({ connection, channel, queue })
    }
    let turn = 0
    let busy = 0
    return {
      async work() {
        const { channel, queue } = open[turn++ % open.length]!
        busy++
        try {
          channel.sendToQueue(queue, Buffer.from('work'))
          await channel.waitForConfirms()
          if ((await channel.get(queue, { noAck: true })) === false) throw new Error('the message is gone')
        } finally {
          busy--
        }
      },
      async drain() {
        while (busy > 0) await new Promise(resolve => setTimeout(resolve, 5))
        for (const { connection } of open) await connection.close()
      },
    }
  },
}
