// Receivers of shared signals: other systems that hear of kills in the format of the OpenID Foundation.
import type { Answer } from '../../api/ask.ts'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { When } from '../../parts/time.tsx'
import { ConnectedPart, changeColumn, type Open } from './connected-part.tsx'
import { PutReceiver } from './receiver-dialog.tsx'
import { placesText } from './tokens.tsx'

export type Receiver = Answer<'receivers.list'>['items'][number]
type Stream = Receiver['streams'][number]

export function ReceiversPart() {
  return (
    <ConnectedPart
      operation="receivers.list"
      name="Receivers"
      about="Gateways, identity providers and SIEMs that know nothing of Rekey hear of every kill as shared signals (OpenID SSF, CAEP). They set up their streams by themselves."
      add="Add a receiver"
      empty={
        <Empty title="Nobody receives shared signals.">
          <p>
            Agents with the SDK have a channel of their own, which is faster and is answered. This is for
            everybody else’s products: register one, and hand over its id and secret.
          </p>
        </Empty>
      }
      table={(items, open) => (
        <Table
          caption="Receivers of shared signals"
          columns={columnsFor(open)}
          rows={items}
          keyOf={one => one.id}
          detail={one => <Streams receiver={one} />}
        />
      )}
      put={(one, given) => (
        <PutReceiver key={one?.id} {...given} {...(one !== undefined && { receiver: one })} />
      )}
      remove={(one, close) => (
        <Decide
          title={`Let ${one.name} receive no more?`}
          grave
          confirm="Let it receive no more"
          operation="receivers.remove"
          parts={() => ({ params: { id: one.id } })}
          done="It receives nothing any more."
          onClose={close}
        >
          <p>
            Its streams end, and so do its secret and its tokens. What it has not taken is not sent: it goes
            on accepting versions that are killed from now on.
          </p>
        </Decide>
      )}
    />
  )
}

const columnsFor = (open: Open): readonly Column<Receiver>[] => [
  {
    id: 'name',
    head: 'Name',
    names: true,
    sort: one => one.name.toLowerCase(),
    cell: one => (
      <span className="stack-s">
        <span>{one.name}</span>
        <span className="small soft">{one.id}</span>
      </span>
    ),
  },
  { id: 'environments', head: 'Hears of', cell: one => placesText(one.environments) },
  {
    id: 'streams',
    head: 'Streams',
    cell: one =>
      one.streams.length === 0 ? (
        <span className="small">has set up none yet</span>
      ) : (
        <span className="row">
          {one.streams.map(stream => (
            <StreamMark key={stream.stream} stream={stream} />
          ))}
        </span>
      ),
  },
  changeColumn(open, one => one.name),
]

const StreamMark = ({ stream: { method, status, failing } }: { stream: Stream }) => (
  <Mark tone={failing !== null ? 'warn' : status === 'enabled' ? 'good' : 'plain'}>
    {method}, {failing !== null ? 'failing' : status}
  </Mark>
)

function Streams({ receiver: { audience, defaultSubjects, streams } }: { receiver: Receiver }) {
  return (
    <div className="stack small">
      <p>
        What it is sent is made out to <code className="wrap">{audience}</code>.{' '}
        {defaultSubjects === 'ALL'
          ? 'It hears of everything in its environments.'
          : 'It hears only of the subjects that it adds itself.'}
      </p>
      {streams.length === 0 && (
        <p className="soft">
          It finds everything else at .well-known/ssf-configuration of this control plane.
        </p>
      )}
      {streams.map(one => (
        <div key={one.stream} className="stack-s">
          <p className="row">
            <StreamMark stream={one} /> <code className="wrap">{one.stream}</code>
          </p>
          <p>It has taken everything up to epoch {one.epoch}.</p>
          {one.failing !== null && (
            <p>
              {one.failing.why} Since <When ms={one.failing.sinceMs} />, {one.failing.attempts} tries; next{' '}
              <When ms={one.failing.nextMs} />.
            </p>
          )}
          {one.refused.length > 0 && (
            <ul className="bullets">
              {one.refused.map(no => (
                <li key={no.jti}>
                  Refused <When ms={no.atMs} />: {no.err} (<code className="wrap">{no.jti}</code>). It is not
                  sent again.
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </div>
  )
}
