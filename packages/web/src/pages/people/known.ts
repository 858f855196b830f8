// Which environments, agents and consumers there are, for fields that choose among them. Whoever may not ask for them types.
import { useMemo } from 'react'
import { useAllPages } from '../../api/all-pages.ts'
import { useAsk } from '../../api/use.ts'
import type { Choice } from '../../parts/matching.ts'
import { environmentsOf } from '../credentials/listed.ts'
import { bindingKey } from './source-draft.ts'

export function useEnvironments(besides: readonly string[] = []): string[] {
  const { data } = useAsk('credentials.list', { query: { limit: 500 } })
  const also = besides.filter(one => one !== '*').join(' ')
  return useMemo(
    () => [...new Set([...environmentsOf(data?.items ?? []), ...also.split(' ').filter(Boolean)])].sort(),
    [data, also],
  )
}

export function useAgents(): readonly Choice[] {
  const { data } = useAsk('agents.list', { query: { limit: 500 } })
  return useMemo(
    () =>
      (data?.items ?? [])
        .filter(one => one.endedMs === null)
        .map(({ id, name }) => ({ value: id, text: name, note: id })),
    [data],
  )
}

/** Every consumer, as something that can be bound to. */
export function useConsumers(): readonly (Choice & { credential: string; consumer: string })[] {
  const { data } = useAllPages('overview.consumers')
  return useMemo(
    () =>
      (data?.items ?? []).map(({ id, credential, name, environment }) => ({
        value: bindingKey({ credential, consumer: id }),
        text: name,
        note: `${id} of ${credential} · ${environment}`,
        credential,
        consumer: id,
      })),
    [data],
  )
}
