// What a line of the calendar says.
import { to } from '../../address.ts'
import { Mark } from '../../parts/mark.tsx'
import type { Column } from '../../parts/table.tsx'
import { Day, When } from '../../parts/time.tsx'
import { Fingerprint } from '../credentials/fingerprint.tsx'
import { nameColumn } from '../credentials/name-column.tsx'
import type { Due } from './days.ts'
import { everyText, windowsText } from './policy-words.ts'

export const columns: readonly Column<Due>[] = [
  nameColumn,
  {
    id: 'start',
    head: 'Begins',
    sort: one => one.startAtMs,
    cell: one => (
      <span className="stack-s">
        <span className="row">
          {one.openRotation !== null ? (
            <a href={to('rotations', one.openRotation)}>under way</a>
          ) : one.overdue ? (
            'at once'
          ) : one.issuedAtMs === null ? (
            'at once: nothing was issued yet'
          ) : (
            <When ms={one.startAtMs} />
          )}
          {one.overdue && <Mark tone="bad">overdue</Mark>}
          {one.alert && !one.overdue && <Mark tone="warn">alarm</Mark>}
        </span>
        <span className="small soft">
          due <Day ms={one.dueAtMs} />
        </span>
      </span>
    ),
  },
  {
    id: 'last',
    head: 'Last rotation',
    sort: one => one.lastRotationMs,
    cell: one => <When ms={one.lastRotationMs} none="never" />,
  },
  {
    id: 'version',
    head: 'Current version',
    cell: one =>
      one.version === null ? (
        <span className="soft">none</span>
      ) : (
        <span className="stack-s">
          <span className="nowrap">
            v{one.version}
            {one.fingerprint !== null && (
              <>
                {' '}
                <Fingerprint of={one.fingerprint} />
              </>
            )}
          </span>
          <span className="small soft">
            issued <When ms={one.issuedAtMs} none="nobody knows when" />
          </span>
        </span>
      ),
  },
  {
    id: 'policy',
    head: 'Policy',
    sort: one => one.everyMs,
    cell: one => (
      <span className="stack-s">
        <span>{everyText(one.everyMs)}</span>
        {one.policy.windows !== undefined && one.policy.windows.length > 0 && (
          <span className="small soft">{windowsText(one.policy.windows)}</span>
        )}
      </span>
    ),
  },
  { id: 'by', head: 'What does it', sort: one => one.automatedBy, cell: one => one.automatedBy },
]
