// Who uses the credential, each with what is known and what is missing.
import type { CredentialView } from '@rekey/wire'
import { to } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { ButtonLink } from '../../parts/button-link.tsx'
import { Await } from '../../parts/notice.tsx'
import { Empty } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { columns, textOf } from '../consumers/columns.tsx'

export function ConsumersTab({ credential: { id, environment } }: { credential: CredentialView }) {
  const asked = useAsk('consumers.list', { params: { credential: id } })
  const ghosts = useAsk('ghosts.list', { params: { credential: id } })
  const open = ghosts.data?.items.filter(one => one.state === 'open').length ?? 0
  const add = (
    <ButtonLink href={to('consumers', id, 'new')} kind="first" needs={{ right: 'operate', environment }}>
      Add a consumer
    </ButtonLink>
  )
  return (
    <Await asked={asked}>
      {({ items }) => (
        <div className="stack">
          {open > 0 && (
            <p>
              <a href={`${to('ghosts')}?credential=${encodeURIComponent(id)}`}>
                {open === 1 ? 'One user whom nobody registered' : `${open} users whom nobody registered`}
              </a>{' '}
              {open === 1 ? 'was' : 'were'} seen, besides these.
            </p>
          )}
          <Table
            caption="Consumers of this credential"
            columns={columns.filter(one => one.id !== 'credential')}
            rows={items}
            keyOf={one => one.id}
            textOf={textOf}
            rowHeight={64}
            sortedBy={{ id: 'name' }}
            tools={items.length > 0 && add}
            none={
              <Empty title="Nobody is registered as using it.">
                <p>
                  A rotation waits for those who are registered here, and for nobody else. Without any it
                  could prove nothing, and does not start. Begin with who you know of: whoever uses it besides
                  is seen as a ghost, where the target or telemetry tells.
                </p>
                {add}
              </Empty>
            }
          />
        </div>
      )}
    </Await>
  )
}
