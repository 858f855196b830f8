// What of a kill is not confirmed, each with what to do about it.
import type { KillView } from '@rekey/wire'
import { Button } from '../../parts/button.tsx'
import { Notice } from '../../parts/notice.tsx'
import { forScreen } from '../../parts/screen-words.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import type { Silent } from './dismiss.tsx'

type Open = KillView['unconfirmed'][number]

export function Unconfirmed({ view, onDismiss }: { view: KillView; onDismiss: (silent: Silent) => void }) {
  const { unconfirmed, killed } = view
  if (unconfirmed.length === 0) return null
  const environments = new Map(killed.map(one => [one.credential, one.environment]))
  const columns: readonly Column<Open>[] = [
    {
      id: 'what',
      head: 'What',
      names: true,
      sort: one => one.what,
      cell: one => <Sentence>{one.what}</Sentence>,
    },
    {
      id: 'credential',
      head: 'Credential',
      sort: one => one.credential,
      cell: one => one.credential,
    },
    {
      id: 'consumer',
      head: 'Consumer',
      sort: one => one.consumer,
      cell: one => one.consumer ?? <span className="soft">the target</span>,
    },
    { id: 'how', head: 'What to do', cell: one => forScreen(one.how) },
    {
      id: 'dismiss',
      head: 'Or',
      cell: ({ credential, consumer, instance }) =>
        consumer !== null &&
        instance !== null && (
          <Button
            needs={{ right: 'decide', environment: environments.get(credential) ?? null }}
            label={`Answer for it: ${instance}`}
            onPress={() => onDismiss({ credential, consumer, instance })}
          >
            Answer for it
          </Button>
        ),
    },
  ]
  return (
    <section className="stack" aria-labelledby="unconfirmed">
      <h2 id="unconfirmed">Unconfirmed ({unconfirmed.length.toLocaleString('en-GB')})</h2>
      <Notice tone="warn">
        <p>
          Silence confirms nothing. Each of these may still work with a dead version until the target refuses
          it.
        </p>
      </Notice>
      <Table
        caption="What is unconfirmed"
        columns={columns}
        rows={unconfirmed}
        keyOf={one => `${one.credential} ${one.consumer} ${one.instance} ${one.what}`}
        {...(unconfirmed.length > 10 && { textOf: (one: Open) => `${one.what}\n${one.credential}` })}
        rowHeight={72}
      />
    </section>
  )
}
