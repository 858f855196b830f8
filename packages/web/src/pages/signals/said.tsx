// What was said, by whom, and how sure it is. The message itself is kept nowhere: its keyed hash can show later that it was this one.
import type { SignalView } from '@rekey/wire'
import { Mark } from '../../parts/mark.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Instant } from '../../parts/time.tsx'
import { kindWords, sureWords } from './words.ts'

export function Said({ signal: { kind, kinds, sources, signal } }: { signal: SignalView }) {
  const { source, source_event_id, received_at, auth, match, confidence, locations, evidence_hash } = signal
  const others = kinds.filter(one => one !== kind)
  return (
    <Card title="What was said">
      <Facts
        facts={[
          {
            name: 'Kind',
            value: (
              <>
                {kindWords[kind].name}: {kindWords[kind].means}
                {others.length > 0 && <> Also told as {others.map(one => kindWords[one].name).join(', ')}.</>}
              </>
            ),
          },
          {
            name: 'Told by',
            value:
              sources.length > 1
                ? `${source}, and ${sources.filter(one => one !== source).join(', ')}`
                : source,
          },
          {
            name: 'Proved',
            value: (
              <span className="row">
                <Mark tone={auth.verified ? 'good' : 'warn'}>
                  {auth.verified ? 'verified' : 'not verified'}
                </Mark>
                <span>
                  {auth.scheme}
                  {auth.key_id !== null && <> · key {auth.key_id}</>}
                </span>
              </span>
            ),
          },
          {
            name: 'Match',
            value:
              match === null ? (
                <span>
                  <Mark tone="warn">no match</Mark> Nothing that is known here is meant by it.
                </span>
              ) : (
                <span>
                  <Mark tone={match.how === 'hint' ? 'warn' : 'good'}>{sureWords[match.how].name}</Mark>{' '}
                  {sureWords[match.how].means}
                </span>
              ),
          },
          { name: 'Its own confidence', value: `${Math.round(confidence * 100)} %, as the source sees it` },
          { name: 'Public', value: signal.public ? 'yes: everybody can read the place' : 'not that we know' },
          { name: 'Received', value: <Instant ms={Date.parse(received_at)} /> },
          {
            name: 'Where',
            value:
              locations.length === 0 ? (
                <span className="soft">no place was named</span>
              ) : (
                <ul role="list" className="stack-s">
                  {locations.map(place => (
                    // As text: where a stranger's link leads nobody here knows.
                    <li key={place}>
                      <code className="breaks">{place}</code>
                    </li>
                  ))}
                </ul>
              ),
          },
          { name: 'Its id there', value: <code className="breaks">{source_event_id}</code> },
          {
            name: 'Evidence',
            value: (
              <span className="stack-s">
                <code className="breaks">{evidence_hash}</code>
                <span className="small soft">
                  A keyed hash of the whole message. The message is not kept, for a value could be in it.
                </span>
              </span>
            ),
          },
        ]}
      />
    </Card>
  )
}
