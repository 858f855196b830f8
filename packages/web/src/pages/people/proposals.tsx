// What waits for a second person: who wants what, why, and until when; and the two buttons.
import { to, useAddress, withQuery } from '../../address.ts'
import { mayDo, usePerson } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Await, ErrorNotice, Notice } from '../../parts/notice.tsx'
import { Empty, Facts } from '../../parts/page.tsx'
import { Instant, When } from '../../parts/time.tsx'
import { isNothingThere } from '../kills/answers.ts'
import { TotalsOf } from '../kills/radius.tsx'
import type { KillScope } from '../kills/scope.ts'
import { PartOf, useOpen } from './part.tsx'
import { type Proposal, told, whyNot } from './proposal-text.ts'

export function ProposalsPart() {
  const asked = useAsk('proposals.list', {}, { everyMs: 15_000 })
  const wanted = useAddress().query.get('proposal')
  const { what, of, open, close } = useOpen()
  return (
    <PartOf
      name="Proposals"
      about={
        <>
          Decisions that need two. Whoever proposed one cannot agree to it; unanswered, it runs out after a
          day. Which decisions these are is said under <a href={to('people', 'rules')}>Two people</a>.
        </>
      }
    >
      <Await asked={asked}>
        {({ items }) => {
          const chosen = items.find(one => one.id === of)
          return (
            <>
              {wanted !== null && !items.some(one => one.id === wanted) && <Gone id={wanted} />}
              {items.length === 0 ? (
                <Empty title="Nothing waits for a second person.">
                  <p>
                    When somebody wants to kill, or to override a gate, where two have to say so, it stands
                    here until somebody else agrees.
                  </p>
                </Empty>
              ) : (
                <ul role="list" className="stack">
                  {sorted(items, wanted).map(one => (
                    <One key={one.id} proposal={one} isWanted={one.id === wanted} open={open} />
                  ))}
                </ul>
              )}
              {what === 'agree' && chosen !== undefined && <Agree proposal={chosen} onClose={close} />}
              {what === 'decline' && chosen !== undefined && <Decline proposal={chosen} onClose={close} />}
            </>
          )
        }}
      </Await>
    </PartOf>
  )
}

/** The one that a link named, then the one that runs out first. */
const sorted = (items: readonly Proposal[], wanted: string | null) =>
  items.toSorted((a, b) => Number(b.id === wanted) - Number(a.id === wanted) || a.expiresMs - b.expiresMs)

const Gone = ({ id }: { id: string }) => (
  <Notice tone="warn" title="The proposal that you were sent is not there any more.">
    <p>
      Somebody has answered it, or it has run out.{' '}
      <a href={withQuery(to('audit'), { text: id })}>See what became of it.</a>
    </p>
  </Notice>
)

interface OneParts {
  proposal: Proposal
  isWanted: boolean
  open: (what: string, of: string) => void
}

function One({ proposal, isWanted, open }: OneParts) {
  const me = usePerson()
  const { id, by, environment, credential, rotation, madeMs, expiresMs } = proposal
  const { what, about, why, scope } = told(proposal)
  const isMine = by === me?.id
  const because = me === null ? null : whyNot(proposal, me.id, mayDo(me, 'decide', environment))
  return (
    <li className="card stack proposal" data-wanted={isWanted}>
      <div className="row between">
        <h3>
          {what} {about}
        </h3>
        <Mark tone={isMine ? 'plain' : 'warn'}>{isMine ? 'yours' : 'waits for somebody'}</Mark>
      </div>
      <Facts
        facts={[
          { name: 'Why', value: why },
          {
            name: 'Proposed by',
            value: (
              <>
                {by}, <When ms={madeMs} />
              </>
            ),
          },
          { name: 'In', value: environment },
          credential !== '' && {
            name: 'Credential',
            value: <a href={to('credentials', credential)}>{credential}</a>,
          },
          rotation !== '' && {
            name: 'Rotation',
            value: <a href={to('rotations', rotation)}>See it, and its gates</a>,
          },
          {
            name: 'Runs out',
            value: (
              <>
                <When ms={expiresMs} /> (<Instant ms={expiresMs} />)
              </>
            ),
          },
        ]}
      />
      {scope !== null && <Reach scope={scope} />}
      <div className="row">
        <Button kind="first" because={because} onPress={() => open('agree', id)}>
          Agree
        </Button>
        <Button needs={{ right: 'decide', environment }} onPress={() => open('decline', id)}>
          {isMine ? 'Take it back' : 'Decline'}
        </Button>
      </div>
      {because !== null && <p className="small soft">{because}</p>}
    </li>
  )
}

/** Whom a kill would reach now; since it was proposed, that may be others. */
function Reach({ scope }: { scope: Record<string, unknown> }) {
  const { data, error } = useAsk('kills.preview', { body: { scope: scope as KillScope } })
  if (isNothingThere(error))
    return <p className="small">Nothing of it may still be in use: it is dead already.</p>
  if (error !== null && data === undefined)
    return <ErrorNotice error={error} title="It is not known whom this reaches." />
  if (data === undefined) return <p className="soft">Looking whom it reaches …</p>
  return (
    <div className="stack-s">
      <p className="label">Whom it would reach now</p>
      <TotalsOf radius={data} />
    </div>
  )
}

function Agree({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const { what, about, why } = told(proposal)
  const isKill = proposal.what === 'kill'
  return (
    <Decide
      title={`Agree: ${what.toLowerCase()} ${about}?`}
      grave={isKill}
      confirm={isKill ? 'Agree, and kill' : 'Agree, and have it done'}
      operation="proposals.agree"
      parts={() => ({ params: { id: proposal.id } })}
      done={isKill ? 'The order is out. See Kill and contain for what comes of it.' : 'It is done.'}
      onClose={onClose}
    >
      <p>
        {proposal.by} wants it because: {why}
      </p>
      <p>
        It is done at once, in the name of {proposal.by}, and the record keeps that you agreed.
        {isKill && ' A kill cannot be undone.'}
      </p>
      {proposal.what === 'override' && (
        <p>
          The gate stays refused and is overridden, with both names beside it. Look at{' '}
          <a href={to('rotations', proposal.rotation)}>what it misses</a> first.
        </p>
      )}
    </Decide>
  )
}

const Decline = ({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) => (
  <Decide
    title="Decline this proposal?"
    confirm="Decline it"
    operation="proposals.decline"
    parts={reason => ({ params: { id: proposal.id }, body: { reason } })}
    asksReason
    done="It is off the list. It can be proposed again."
    onClose={onClose}
  >
    <p>
      {told(proposal).what} {told(proposal).about}, proposed by {proposal.by}. Nothing of it is done.
    </p>
  </Decide>
)
