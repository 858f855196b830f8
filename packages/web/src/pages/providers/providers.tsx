// Providers: what can be rotated at all, and one kind of it.
import { useAddress } from '../../address.ts'
import { ProviderList } from './list.tsx'
import { ProviderPage } from './provider.tsx'

export function ProvidersPage() {
  const [, kind] = useAddress().parts
  return kind === undefined ? <ProviderList /> : <ProviderPage key={kind} kind={kind} />
}
