// Before anybody is in: set-up by the link of the first start, and signing in with a password, a passkey, or another provider.
import { type FormEvent, type ReactNode, useState } from 'react'
import { readAddress } from '../address.ts'
import { ask } from '../api/ask.ts'
import { signedIn } from '../api/session.ts'
import { useAsk } from '../api/use.ts'
import { Brand } from '../parts/brand.tsx'
import { TextField } from '../parts/fields.tsx'
import { isId } from '../parts/id.ts'
import { ErrorNotice, Notice } from '../parts/notice.tsx'
import { withPasskey } from './passkey.ts'

/** The token stands in the address; it is taken from there, and out of it at once. */
const setUpToken = (() => {
  const { parts } = readAddress(location.hash)
  // A link of an older start had nothing but the token behind its #.
  const token = parts[0] === 'set-up' ? parts[1] : parts[0]?.startsWith('rekey_setup_') ? parts[0] : undefined
  if (token !== undefined) history.replaceState(null, '', '#/')
  return token ?? ''
})()

export function SetUp() {
  const [id, setId] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isTried, setTried] = useState(false)
  const { error, isBusy, run } = useAttempt()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!isId(id) || name === '' || password.length < 12) return
    void run(async () =>
      signedIn((await ask('setUp.first', { body: { token: setUpToken, id, name, password } })).person),
    )
  }
  return (
    <Entrance title="Set up Rekey">
      <p className="soft">
        Nobody is registered yet. Whoever is first may do everything, and lets the others in.
      </p>
      {setUpToken === '' && (
        <Notice tone="warn" title="The address lacks its end.">
          <p>
            Open the whole link that the start printed: what comes after the # proves that you may do this.
          </p>
        </Notice>
      )}
      <form className="stack" onSubmit={submit} noValidate>
        <TextField
          label="Id"
          required
          value={id}
          onChange={setId}
          autoComplete="username"
          help="Small letters, digits, dots and hyphens. It stands in the record for good."
          fault={isTried && !isId(id) ? 'Small letters, digits, dots and hyphens only.' : null}
        />
        <TextField
          label="Name"
          required
          value={name}
          onChange={setName}
          autoComplete="name"
          fault={isTried && name === '' ? 'Enter your name.' : null}
        />
        <TextField
          label="Password"
          type="password"
          required
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
          help="At least 12 characters; a few random words are good."
          fault={isTried && password.length < 12 ? 'At least 12 characters.' : null}
        />
        <ErrorNotice error={error} />
        <div>
          <button type="submit" className="first" disabled={isBusy}>
            {isBusy ? 'Setting up …' : 'Begin'}
          </button>
        </div>
      </form>
    </Entrance>
  )
}

export function SignIn() {
  return (
    <Entrance title="Sign in">
      <SignInForm />
    </Entrance>
  )
}

/** Also over a page whose session has expired; then it is known who it was. */
export function SignInForm({ was }: { was?: string }) {
  const ways = useAsk('session.ways')
  const failed = readAddress(location.hash).query.get('failed')
  const [id, setId] = useState(was ?? '')
  const [password, setPassword] = useState('')
  const { error, isBusy, run } = useAttempt()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run(async () => {
      signedIn((await ask('session.signIn', { body: { id, password } })).person)
      setPassword('')
    })
  }
  const others = ways.data?.signOn ?? []
  return (
    <div className="stack">
      {failed && <Notice tone="bad">{failed}</Notice>}
      <form className="stack" onSubmit={submit}>
        <TextField label="Id" required value={id} onChange={setId} autoComplete="username webauthn" />
        <TextField
          label="Password"
          type="password"
          required
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
        />
        <ErrorNotice error={error} />
        <div className="row">
          <button type="submit" className="first" disabled={isBusy || id === '' || password === ''}>
            {isBusy ? 'Signing in …' : 'Sign in'}
          </button>
          {ways.data?.passkey && 'credentials' in navigator && (
            <button type="button" onClick={() => void run(async () => signedIn(await withPasskey()))}>
              With a passkey
            </button>
          )}
        </div>
      </form>
      {others.length > 0 && (
        <div className="row">
          {others.map(({ provider, name }) => (
            <button
              key={provider}
              type="button"
              onClick={() =>
                void run(async () => {
                  location.href = (await ask('session.signOn', { params: { provider } })).url
                })
              }
            >
              With {name}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

function Entrance({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="entrance">
      <Brand />
      <div className="card stack">
        <h1>{title}</h1>
        {children}
      </div>
      <p className="small soft">
        It moves every runtime to the new version of a credential, proves that each has moved, and only then
        retires the old one.
      </p>
    </main>
  )
}

function useAttempt() {
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const run = async (attempt: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await attempt()
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  return { error, isBusy, run }
}
