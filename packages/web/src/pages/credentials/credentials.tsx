// Credentials: the list, the form for a new one, and one of them.
import { useAddress } from '../../address.ts'
import { CredentialList } from './list.tsx'
import { RegisterPage } from './register/register.tsx'

export function CredentialsPage() {
  const [, id] = useAddress().parts
  if (id === undefined) return <CredentialList />
  if (id === 'new') return <RegisterPage />
  return null
}
