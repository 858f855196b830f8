// Nothing is registered yet: what to do first, and a story to see what it is for.
import { to } from '../../address.ts'
import { Card } from '../../parts/page.tsx'

export function FirstSteps() {
  return (
    <div className="stack">
      <p className="lead">
        Rekey moves every runtime to a new version of a credential, proves that each has moved, and only then
        retires the old one. Two ways to begin:
      </p>
      <div className="columns">
        <Card title="Protect a first credential">
          <ol className="steps">
            <li>Register it, with the value that it has today. The value is sealed at once.</li>
            <li>Say who uses it: the web servers, and the job that runs once a week.</li>
            <li>Plan a rotation, and read what it would wait for.</li>
          </ol>
          <p>
            <a className="button first" href={to('credentials', 'new')}>
              Register a credential
            </a>
          </p>
        </Card>
        <Card title="See the story, in two minutes">
          <p>
            A platform of real processes shares one token. It is rotated the usual way, and quietly breaks;
            then with Rekey, which refuses to retire the old token and names those whom nobody thought of. It
            ends with a leak and a kill.
          </p>
          <pre>npm run rekey -- demo</pre>
          <p className="small soft">
            It runs beside this control plane with a store of its own, and touches nothing here.
          </p>
        </Card>
      </div>
    </div>
  )
}
