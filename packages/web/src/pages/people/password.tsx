// Another password. What is typed is kept nowhere but in the fields.
import { useState } from 'react'
import { Decide } from '../../parts/decide.tsx'
import { TextField } from '../../parts/fields.tsx'
import { becauseOf } from './part.tsx'
import { leastPassword } from './person-draft.ts'

interface Faults {
  old?: string
  fresh?: string
  again?: string
}

export function PasswordDialog({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
  const [old, setOld] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setTried] = useState(false)
  const faults: Faults = {
    ...(hasPassword && old === '' && { old: 'The one that you have now.' }),
    ...([...fresh].length < leastPassword && { fresh: `At least ${leastPassword} characters.` }),
    ...(again !== fresh && { again: 'The two are not the same.' }),
  }
  const shown = isTried ? faults : {}
  return (
    <Decide
      title={hasPassword ? 'Change the password' : 'Set a password'}
      confirm={hasPassword ? 'Change it' : 'Set it'}
      operation="session.changePassword"
      parts={() => ({ body: { fresh, ...(hasPassword && { old }) } })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done="The new password counts from now on. All your other sessions have ended."
      onClose={onClose}
    >
      {hasPassword && (
        <TextField
          label="Password now"
          type="password"
          required
          autoComplete="current-password"
          value={old}
          fault={shown.old}
          onChange={setOld}
        />
      )}
      <TextField
        label="New password"
        type="password"
        required
        autoComplete="new-password"
        help={`At least ${leastPassword} characters; a few unrelated words are good.`}
        value={fresh}
        fault={shown.fresh}
        onChange={setFresh}
      />
      <TextField
        label="New password, once more"
        type="password"
        required
        autoComplete="new-password"
        value={again}
        fault={shown.again}
        onChange={setAgain}
      />
    </Decide>
  )
}
