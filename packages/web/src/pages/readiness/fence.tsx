// The fence: a restored store waits for a person before it touches anything.
import { to } from '../../address.ts'
import { useHealth } from '../../api/health.ts'
import { Notice } from '../../parts/notice.tsx'
import { Card, Page } from '../../parts/page.tsx'

export function FencePage() {
  const { health, isFenced } = useHealth()
  return (
    <Page title="The fence" crumbs={<a href={to('readiness')}>Readiness</a>}>
      <div className="stack">
        <div role="status">
          {isFenced === null ? (
            <Notice title={health === null ? 'It is not known whether a fence stands.' : 'Looking …'}>
              <p>The control plane has not said yet. It is asked again every 15 seconds.</p>
            </Notice>
          ) : isFenced ? (
            <Notice tone="bad" title="A fence stands: this store was restored from a backup.">
              <p>
                Nothing is done to any target, no agent and no API token is let in, and nothing is sealed.
              </p>
            </Notice>
          ) : (
            <Notice tone="good" title="No fence stands.">
              <p>The store was not restored, or a person has lifted its fence. Everything works as usual.</p>
            </Notice>
          )}
        </div>
        <Card title="What a fence is">
          <div className="stack">
            <p>
              A backup is behind the world. Since it was made, versions may have been minted that it does not
              know, and others retired or killed that it still takes for good. If a restored control plane
              went on from there, it could give out what is dead, or end what everybody uses. So it starts
              fenced, and waits for a person.
            </p>
            <p>A session works, so that you can look around. Deciding about rotations has to wait.</p>
          </div>
        </Card>
        <Card title="How to lift it">
          <ol className="steps">
            <li>
              Compare what stands here with the targets: <a href={to('credentials')}>credentials</a> and their
              current versions, <a href={to('rotations')}>rotations</a> that were open,{' '}
              <a href={to('kills')}>kills</a> since the backup was made.
            </li>
            <li>What was killed after the backup, kill again once the fence is lifted.</li>
            <li>
              On the machine of the control plane, in its folder, lift the fence with your id and the reason:
              <pre tabIndex={0}>
                npm run store -- lift-fence --by YOUR-ID --reason "compared with the targets"
              </pre>
            </li>
          </ol>
          <p className="soft">
            It is an event in the record, with your name. From then on the log is signed under a new name: the
            old one may have signed what this store no longer knows.
          </p>
        </Card>
      </div>
    </Page>
  )
}
