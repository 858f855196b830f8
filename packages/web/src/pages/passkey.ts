// Passkeys: what the API says in JSON, as the browser's own calls take it, and back.
import { ask } from '../api/ask.ts'
import type { Person } from '../api/session.ts'

export async function withPasskey(): Promise<Person> {
  const { attempt, options } = await ask('session.passkeyOptions')
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  )
  const found = await navigator.credentials.get({ publicKey })
  const { person } = await ask('session.passkey', { body: { attempt, credential: shown(found) } })
  return person
}

export async function addPasskey(name: string): Promise<Person> {
  const { attempt, options } = await ask('session.newPasskeyOptions')
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  )
  const made = await navigator.credentials.create({ publicKey })
  return ask('session.newPasskey', { body: { attempt, name, credential: shown(made) } })
}

interface Shown {
  id: string
  response: {
    clientDataJSON: string
    attestationObject?: string
    authenticatorData?: string
    signature?: string
    userHandle?: string
  }
}

/** What is asked for and no more. */
function shown(credential: Credential | null): Shown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey.')
  const { id, response } = credential.toJSON() as unknown as { id: string; response: Record<string, string> }
  const names = [
    'clientDataJSON',
    'attestationObject',
    'authenticatorData',
    'signature',
    'userHandle',
  ] as const
  const kept = names.flatMap(name => (typeof response[name] === 'string' ? [[name, response[name]]] : []))
  return { id, response: Object.fromEntries(kept) as Shown['response'] }
}
