// The process that is killed: one rotation, which tells its parent what it is about to do and waits for its word.
import type { Verb } from '@rekey/core'
import { tried } from '../tried.ts'
import { type Account, rotate, type Task } from './rotate.ts'

export interface Order {
  kind: string
  task: Task
}

/** begin: a verb is about to be called. end: it has answered, and nothing has been recorded. */
export type Told =
  | { at: 'hand'; verb: Verb; handle: string | null; name: string | null }
  | { at: 'begin' | 'end'; verb: string }
  | { account: Omit<Account, 'value'> }
  | { failed: string }

const heard = new Map<string, (message: unknown) => void>()
const next = () => new Promise<unknown>(resolve => heard.set('next', resolve))
process.on('message', message => heard.get('next')?.(message))

const tell = (told: Told) => process.send?.(told)

async function asked<T>(told: Told): Promise<T> {
  const answer = next()
  tell(told)
  return (await answer) as T
}

const order = (await next()) as Order
try {
  const { provider } = await tried(order.kind)
  const { value: _, ...account } = await rotate(
    order.task,
    provider,
    async (verb, call) => {
      await asked({ at: 'begin', verb })
      const answer = await call()
      await asked({ at: 'end', verb })
      return answer
    },
    (verb, handle, name) => asked({ at: 'hand', verb, handle, name }),
  )
  tell({ account })
} catch (error) {
  tell({ failed: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) })
}
process.disconnect()
