// The column that names a line by its credential, with the environment beneath.
import { to } from '../../address.ts'
import type { Column } from '../../parts/table.tsx'

interface OfCredential {
  credential: string
  name: string
  environment: string
}

export const nameColumn: Column<OfCredential> = {
  id: 'name',
  head: 'Credential',
  names: true,
  sort: one => one.name,
  cell: one => (
    <span className="stack-s">
      <a href={to('credentials', one.credential)}>{one.name}</a>
      <span className="small soft plain-weight">{one.environment}</span>
    </span>
  ),
}
