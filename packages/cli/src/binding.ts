// What an agent or a source is bound to, as it is typed: CREDENTIAL:CONSUMER.
import { usage } from './exit.ts'

export interface Binding {
  credential: string
  consumer: string
}

export function bindingOf(text: string, name: string): Binding {
  const [, credential, consumer] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (credential !== undefined && consumer !== undefined) return { credential, consumer }
  throw usage(`${name}: "${text}" is no binding.`, 'Give it as credential:consumer.')
}

const isSame = (one: Binding, other: Binding) =>
  one.credential === other.credential && one.consumer === other.consumer

/** What is not named stays. */
export function rebound(
  before: readonly Binding[],
  bind: readonly string[],
  unbind: readonly string[],
): Binding[] {
  const gone = unbind.map(text => bindingOf(text, '--unbind'))
  const fresh = bind.map(text => bindingOf(text, '--bind'))
  const kept = before.filter(one => ![...gone, ...fresh].some(other => isSame(one, other)))
  return [...kept, ...fresh]
}
