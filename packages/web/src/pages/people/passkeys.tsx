// One's own passkeys: keys that stay in a device or in a keeper of passwords, and cannot be given away by a slip.
import type { PersonView } from '@rekey/wire'
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { ErrorNotice, Notice, say } from '../../parts/notice.tsx'
import { Card } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Day, When } from '../../parts/time.tsx'
import { addPasskey } from '../passkey.ts'
import { useOpen } from './part.tsx'

type Passkey = PersonView['passkeys'][number]

const canHave = () => window.isSecureContext && 'credentials' in navigator && 'PublicKeyCredential' in window

export function Passkeys({ person, onChange }: { person: PersonView; onChange: () => void }) {
  const { what, of, open, close } = useOpen()
  const chosen = person.passkeys.find(one => one.id === of)
  const isOnly = person.passkeys.length === 1 && !person.hasPassword && person.signOn.length === 0
  return (
    <Card title="Passkeys" aside="Safer than a password: nobody can be talked out of one.">
      <div className="stack">
        {person.passkeys.length > 0 && (
          <Table
            caption="Your passkeys"
            columns={columnsFor(id => open('remove-passkey', id))}
            rows={person.passkeys}
            keyOf={one => one.id}
          />
        )}
        {person.passkeys.length === 0 && (
          <p>You have none. One signs you in with a finger, a face or a PIN, and no page can steal it.</p>
        )}
        {canHave() ? (
          <div>
            <button type="button" onClick={() => open('passkey')}>
              Add a passkey
            </button>
          </div>
        ) : (
          <Notice tone="warn" title="Your browser gives this page no passkeys.">
            <p>
              They work where the control plane is reached by HTTPS and a name, or on this machine as
              localhost.
            </p>
          </Notice>
        )}
      </div>
      {what === 'passkey' && canHave() && <AddPasskey onDone={onChange} onClose={close} />}
      {what === 'remove-passkey' && chosen !== undefined && (
        <Decide
          title={`Remove the passkey “${chosen.name}”?`}
          grave
          confirm="Remove it"
          operation="session.removePasskey"
          parts={() => ({ params: { id: chosen.id } })}
          done="It is good for nothing here any more. Remove it from its device as well."
          onDone={onChange}
          onClose={close}
        >
          <p>Nobody signs in with it from then on.</p>
          {isOnly && (
            <Notice tone="bad" title="It is the only way in that you have.">
              <p>Set a password first, or add another passkey.</p>
            </Notice>
          )}
        </Decide>
      )}
    </Card>
  )
}

const columnsFor = (remove: (id: string) => void): readonly Column<Passkey>[] => [
  { id: 'name', head: 'Name', names: true, sort: one => one.name, cell: one => one.name },
  { id: 'added', head: 'Added', sort: one => one.addedMs, cell: one => <Day ms={one.addedMs} /> },
  {
    id: 'last',
    head: 'Used last',
    sort: one => one.lastMs,
    cell: one => <When ms={one.lastMs} none="never" />,
  },
  {
    id: 'do',
    head: 'Change',
    cell: one => (
      <button type="button" aria-label={`Remove ${one.name}`} onClick={() => remove(one.id)}>
        Remove
      </button>
    ),
  },
]

function AddPasskey({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [name, setName] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [isTried, setTried] = useState(false)
  const add = async () => {
    setTried(true)
    if (name.trim() === '' || isBusy) return
    setBusy(true)
    setError(null)
    try {
      await addPasskey(name.trim())
      say('The passkey is added: sign in with it next time.')
      onDone()
      onClose()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title="Add a passkey"
      onClose={onClose}
      onSubmit={() => void add()}
      foot={
        <>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="first" aria-disabled={isBusy}>
            {isBusy ? 'Waiting for the device …' : 'Add it'}
          </button>
        </>
      }
    >
      <p>Your browser asks where the passkey is to live: in this device, in a phone, in a key of hardware.</p>
      <TextField
        label="What you call it"
        required
        autoFocus
        maxLength={200}
        help="So that you know which one to remove when a device is lost."
        placeholder="Work laptop"
        value={name}
        fault={isTried && name.trim() === '' ? 'Give it a name.' : null}
        onChange={setName}
      />
      {error !== null &&
        (isRefusal(error) ? (
          <Notice tone="warn">
            It was not added: the browser was told no, or nobody answered it. Try again.
          </Notice>
        ) : (
          <ErrorNotice error={error} />
        ))}
    </Dialog>
  )
}

/** The person closed the browser's own window, or waited too long. */
const isRefusal = (error: unknown) => error instanceof DOMException && error.name === 'NotAllowedError'
