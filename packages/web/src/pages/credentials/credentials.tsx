// Credentials: the list, the form for a new one, and one of them.
import { useAddress } from '../../address.ts'
import { CredentialPage } from './credential.tsx'
import { CredentialList } from './list.tsx'
import { RegisterPage } from './register/register.tsx'

export function CredentialsPage() {
  const [, id, tab] = useAddress().parts
  if (id === undefined) return <CredentialList />
  // A credential may be called so too; its tabs are named.
  if (id === 'new' && tab === undefined) return <RegisterPage />
  return <CredentialPage key={id} id={id} tab={tab ?? 'map'} />
}
