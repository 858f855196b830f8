// What of a kill is not confirmed, each with what to do about it.
import type { KillView } from '@rekey/wire'
import { to } from '../../address.ts'
import { Button } from '../../parts/button.tsx'
import { forScreen } from '../../parts/screen-words.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import type { Silent } from './dismiss.tsx'
import { count, standingOf } from './standing.ts'

type Open = KillView['unconfirmed'][number]

export function Unconfirmed({ view, onDismiss }: { view: KillView; onDismiss: (silent: Silent) => void }) {
  const { unconfirmed, killed } = view
  if (unconfirmed.length === 0) return null
  const standing = standingOf(view)
  const rotations = new Map(killed.map(one => [one.credential, one.rotation]))
  const environments = new Map(killed.map(one => [one.credential, one.environment]))
  const answer: Column<Open> = {
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
  }
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
    {
      id: 'how',
      head: 'What to do',
      cell: one => <Remedy open={one} rotation={rotations.get(one.credential) ?? null} />,
    },
    ...(unconfirmed.some(one => one.instance !== null) ? [answer] : []),
  ]
  return (
    <section className="stack" aria-labelledby="unconfirmed">
      <h2 id="unconfirmed">Unconfirmed ({count(unconfirmed.length)})</h2>
      <p className="soft">
        Silence confirms nothing.{' '}
        {standing.refused === standing.versions
          ? 'The targets refuse, so nothing new can be opened with what these hold; that they hold it is still true.'
          : 'Each of these may still work with a dead version until its target refuses it.'}
      </p>
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

/** Where a person does the steps at the target, they stand on the page of the rotation. */
const Remedy = ({ open: { how, instance }, rotation }: { open: Open; rotation: string | null }) => (
  <>
    {forScreen(how)}
    {instance === null && rotation !== null && (
      <>
        {' '}
        <a href={to('rotations', rotation)}>The rotation that replaces it</a>
      </>
    )}
  </>
)
