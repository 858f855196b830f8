// My account: who one is here, and how one signs in.
import { signOut } from '../../api/session.ts'
import { useAsk } from '../../api/use.ts'
import { Await } from '../../parts/notice.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { Instant } from '../../parts/time.tsx'
import { PartOf, useOpen } from './part.tsx'
import { Passkeys } from './passkeys.tsx'
import { PasswordDialog } from './password.tsx'
import { rolesText } from './roles.ts'

export function AccountPart() {
  const asked = useAsk('session.get')
  const { what, open, close } = useOpen()
  return (
    <PartOf
      name="My account"
      about="How you sign in. What you may do is given by an admin."
      action={
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      }
    >
      <Await asked={asked}>
        {({ person }) => (
          <>
            <div className="columns">
              <Card title={person.name}>
                <Facts
                  facts={[
                    { name: 'Id', value: person.id },
                    { name: 'Roles', value: rolesText(person.roles) },
                    { name: 'Since', value: <Instant ms={person.addedMs} /> },
                    person.signOn.length > 0 && {
                      name: 'Sign-on',
                      value: person.signOn.map(one => `${one.provider} (${one.subject})`).join(', '),
                    },
                  ]}
                />
              </Card>
              <Card title="Password">
                <div className="stack">
                  <p>
                    {person.hasPassword
                      ? 'You have one. When you change it, all your other sessions end.'
                      : 'You have none, and sign in another way. You can set one.'}
                  </p>
                  <div>
                    <button type="button" onClick={() => open('password')}>
                      {person.hasPassword ? 'Change the password' : 'Set a password'}
                    </button>
                  </div>
                </div>
              </Card>
            </div>
            <Passkeys person={person} onChange={asked.again} />
            {what === 'password' && <PasswordDialog hasPassword={person.hasPassword} onClose={close} />}
          </>
        )}
      </Await>
    </PartOf>
  )
}
