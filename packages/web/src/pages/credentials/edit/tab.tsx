// Everything of a credential but its policy and its value, to be changed: what it is, and the settings at its target.
import type { CredentialView } from '@rekey/wire'
import { useState } from 'react'
import { go, to } from '../../../address.ts'
import { useAsk } from '../../../api/use.ts'
import { Await, ErrorNotice, Notice, say } from '../../../parts/notice.tsx'
import { Card } from '../../../parts/page.tsx'
import { placesOf, under } from '../../../parts/problem-places.ts'
import { SchemaForm } from '../../../parts/schema-form.tsx'
import { readSettings } from '../../../parts/schema-read.ts'
import { type Schema, type TypedGroup, typedOf } from '../../../parts/schema-shape.ts'
import type { ProviderItem } from '../../providers/list.tsx'
import { type AboutDraft, aboutDraft, readAbout } from '../about-draft.ts'
import { AboutFields } from '../about-fields.tsx'
import { ChangeForm } from './change-form.tsx'
import { useChange } from './use-change.ts'

export function EditTab({ credential }: { credential: CredentialView }) {
  const [times, setTimes] = useState(0)
  const asked = useAsk('providers.list')
  return (
    <Await asked={asked}>
      {({ items }) => (
        <Form
          key={times}
          credential={credential}
          provider={items.find(one => one.kind === credential.provider)}
          onAnew={() => setTimes(times + 1)}
        />
      )}
    </Await>
  )
}

interface FormParts {
  credential: CredentialView
  /** It may have gone with its file. */
  provider: ProviderItem | undefined
  onAnew: () => void
}

interface EditDraft {
  about: AboutDraft
  settings: TypedGroup
}

function Form({ credential, provider, onAnew }: FormParts) {
  const schema = provider?.settings as Schema | undefined
  const held = useChange<EditDraft>(credential, 'edit', input => ({
    about: aboutDraft(input as Partial<CredentialView>),
    settings: schema === undefined ? {} : (typedOf(schema, input.settings) as TypedGroup),
  }))
  const [isTried, setTried] = useState(false)
  if (held.begun === null)
    return held.error ? <ErrorNotice error={held.error} /> : <p className="loading">Loading …</p>
  const { base, form } = held.begun
  const about = readAbout(form.about)
  const settings =
    schema === undefined ? { value: base.settings, faults: {} } : readSettings(schema, form.settings)
  const missing = Object.keys(about.faults).length + Object.keys(settings.faults).length
  const told = held.problem === null ? {} : placesOf(held.problem)
  const send = async () => {
    setTried(true)
    const input = { ...base, ...about.about, settings: settings.value ?? {} }
    if (missing > 0 || !(await held.save(input))) return
    held.drop()
    say(`${about.about.name} is changed.`)
    go(to('credentials', credential.id))
  }
  return (
    <ChangeForm
      id={credential.id}
      environment={credential.environment}
      held={held}
      missing={isTried ? missing : 0}
      onSend={send}
      onAnew={() => {
        held.drop()
        onAnew()
      }}
    >
      <Card title="What it is">
        <AboutFields
          draft={form.about}
          set={part => held.set({ ...form, about: { ...form.about, ...part } })}
          faults={{ ...(isTried ? about.faults : {}), ...told }}
        />
      </Card>
      <Card title="Its settings at the target" aside={provider?.title ?? credential.provider}>
        {schema === undefined ? (
          <Notice tone="bad" title={`There is no provider ${credential.provider} here.`}>
            Its settings stay as they are. Without it no rotation can be planned: look in the log of the
            control plane why its file was left out.
          </Notice>
        ) : (
          <SchemaForm
            schema={schema}
            typed={form.settings}
            onChange={next => held.set({ ...form, settings: next })}
            faults={{ ...(isTried ? settings.faults : {}), ...under(told, 'settings') }}
          />
        )}
      </Card>
    </ChangeForm>
  )
}
