// A new API token: what it may do, where, and for how long.
import type { Right } from '@rekey/wire'
import { useState } from 'react'
import { mayAnywhere, usePerson } from '../../api/rights.ts'
import { Decide } from '../../parts/decide.tsx'
import { useDraft } from '../../parts/draft.ts'
import { SelectField, TextField } from '../../parts/fields.tsx'
import { EnvironmentsField } from './environments-field.tsx'
import { becauseOf } from './part.tsx'
import { lifeOf, lives } from './token-life.ts'

const upTo: readonly { right: Right; rights: Right[]; text: string }[] = [
  { right: 'read', rights: ['read'], text: 'Read' },
  { right: 'operate', rights: ['read', 'operate'], text: 'Read and operate' },
  { right: 'decide', rights: ['read', 'operate', 'decide'], text: 'Read, operate and decide' },
  { right: 'administer', rights: ['read', 'operate', 'decide', 'administer'], text: 'Everything' },
]

interface MakeParts {
  onMade: (made: { name: string; token: string }) => void
  onClose: () => void
}

export function MakeToken({ onMade, onClose }: MakeParts) {
  const me = usePerson()
  const { value, set, drop } = useDraft('token', {
    name: '',
    right: 'read',
    environments: ['*'] as readonly string[],
    life: '90d',
  })
  const [isTried, setTried] = useState(false)
  const change = (part: Partial<typeof value>) => set({ ...value, ...part })
  const faults = {
    ...(value.name.trim() === '' && { name: 'Say what it is for.' }),
    ...(value.environments.length === 0 && { environments: 'Say where it may do that.' }),
  }
  const shown: Partial<Record<'name' | 'environments', string>> = isTried ? faults : {}
  const lifeMs = lifeOf(lives.token, value.life)
  const { rights } = upTo.find(one => one.right === value.right) ?? upTo[0]!
  return (
    <Decide
      title="Make a token"
      confirm="Make it"
      operation="tokens.make"
      parts={() => ({
        body: {
          name: value.name.trim(),
          rights,
          environments: [...value.environments],
          ...(lifeMs !== null && { lifeMs }),
        },
      })}
      because={becauseOf(faults)}
      onTried={() => setTried(true)}
      done="The token is made. It is shown this once."
      onDone={({ name, token }) => {
        drop()
        onMade({ name, token })
      }}
      onClose={onClose}
    >
      <TextField
        label="What it is for"
        required
        maxLength={200}
        placeholder="Deploy pipeline of the shop"
        value={value.name}
        fault={shown.name}
        onChange={name => change({ name })}
      />
      <SelectField
        label="It may"
        help="Never more than you may yourself, and only where you may."
        value={value.right}
        onChange={right => change({ right })}
        options={upTo
          .filter(one => me === null || mayAnywhere(me, one.right))
          .map(one => ({ value: one.right, text: one.text }))}
      />
      <EnvironmentsField
        legend="Where"
        value={value.environments}
        fault={shown.environments}
        onChange={environments => change({ environments })}
      />
      <SelectField
        label="It ends after"
        value={value.life}
        onChange={life => change({ life })}
        options={lives.token}
      />
    </Decide>
  )
}
