// One consumer: everything that it states about itself, in words; where it stands in the open rotation; and what people say of it.
import type { CredentialView } from '@rekey/wire'
import { setQuery, to, useAddress, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Empty, Page } from '../../parts/page.tsx'
import { When } from '../../parts/time.tsx'
import { Agents } from './agents.tsx'
import { Attest, IdleDialog, RemoveDialog } from './decisions.tsx'
import { InRotation } from './in-rotation.tsx'
import { PathMark } from './path-mark.tsx'
import { States } from './states.tsx'
import { behaviourTexts, type ConsumerRecord, lacksOf } from './words.ts'

interface PageParts {
  credential: string
  id: string
}

export function ConsumerPage({ credential, id }: PageParts) {
  const asked = useAsk('consumers.list', { params: { credential } })
  const of = useAsk('credentials.get', { params: { id: credential } })
  const one = asked.data?.items.find(item => item.id === id)
  return (
    <Page
      title={one?.name ?? id}
      crumbs={<Crumbs credential={credential} name={of.data?.name} id={id} />}
      about={
        one && (
          <span className="row">
            <PathMark is={one.pathClass} /> {behaviourTexts[one.behaviour]}
            {one.critical && <Mark tone="bad">critical</Mark>}
            {one.idle !== null && <Mark tone="plain">idle</Mark>}
          </span>
        )
      }
      actions={one && of.data && <Actions one={one} of={of.data} />}
    >
      <Await asked={asked}>
        {() =>
          one === undefined ? (
            <Gone credential={credential} id={id} />
          ) : (
            <Await asked={of}>{view => <Whole one={one} of={view} />}</Await>
          )
        }
      </Await>
    </Page>
  )
}

export const Crumbs = ({
  credential,
  name,
  id,
}: {
  credential: string
  name: string | undefined
  id?: string
}) => (
  <span className="anywhere">
    <a href={to('consumers')}>Consumers</a> / of{' '}
    <a href={to('credentials', credential)}>{name ?? credential}</a>
    {id !== undefined && ` / ${id}`}
  </span>
)

const Gone = ({ credential, id }: PageParts) => (
  <Empty title="There is no such consumer.">
    <p>
      <span className="anywhere">{id}</span> is not registered at this credential, or not any more. If it
      still uses it, it shows up as a ghost.
    </p>
    <p className="row">
      <a className="button" href={to('credentials', credential, 'consumers')}>
        See who is registered
      </a>
      <a className="button" href={withQuery(to('ghosts'), { credential })}>
        See its ghosts
      </a>
    </p>
  </Empty>
)

function Actions({ one, of }: { one: ConsumerRecord; of: CredentialView }) {
  const { environment } = of
  const decide = { right: 'decide', environment } as const
  return (
    <>
      <Button
        kind="first"
        needs={{ right: 'operate', environment }}
        because={of.lastVersion === 0 ? 'There is no version yet that could have been seen.' : null}
        onPress={() => setQuery({ do: 'attest' })}
      >
        Attest
      </Button>
      <ButtonLink
        href={to('consumers', one.credential, one.id, 'edit')}
        needs={{ right: 'operate', environment }}
      >
        Edit
      </ButtonLink>
      <Button needs={decide} onPress={() => setQuery({ do: 'idle' })}>
        {one.idle === null ? 'Declare idle' : 'It works again'}
      </Button>
      <Button needs={decide} onPress={() => setQuery({ do: 'remove' })}>
        Remove
      </Button>
    </>
  )
}

function Whole({ one, of }: { one: ConsumerRecord; of: CredentialView }) {
  const { query } = useAddress()
  const close = () => setQuery({ do: undefined })
  const lacks = lacksOf(one).filter(lack => lack.what !== 'idle')
  return (
    <div className="stack">
      {one.idle !== null && (
        <Notice title="It is declared idle: nobody waits for it.">
          <p>
            By {one.idle.by}, <When ms={one.idle.atMs} />: {one.idle.reason}
          </p>
        </Notice>
      )}
      {lacks.length > 0 && (
        <Notice
          tone="warn"
          title={lacks.length === 1 ? 'Something is missing.' : `${lacks.length} things are missing.`}
        >
          <ul>
            {lacks.map(lack => (
              <li key={lack.what}>{lack.text}</li>
            ))}
          </ul>
        </Notice>
      )}
      <InRotation one={one} rotation={of.openRotation} />
      <States one={one} />
      <Agents credential={one.credential} consumer={one.id} />
      <p>
        <a href={withQuery(to('credentials', one.credential, 'uses'), { consumer: one.id })}>
          What it used, and when
        </a>
      </p>
      {query.get('do') === 'attest' && <Attest one={one} of={of} onClose={close} />}
      {query.get('do') === 'idle' && <IdleDialog one={one} onClose={close} />}
      {query.get('do') === 'remove' && <RemoveDialog one={one} of={of} onClose={close} />}
    </div>
  )
}
