// The few things that a person is asked for when a ghost turns out to be a consumer that nobody registered.
import type { ReactNode } from 'react'
import { CheckField, SelectField, TextField } from '../../parts/fields.tsx'
import type { ClaimDraft, ClaimFaults } from './claim-parts.ts'

interface NewConsumerParts {
  draft: ClaimDraft
  set: (draft: ClaimDraft) => void
  faults: ClaimFaults
}

const behaviours: Record<ClaimDraft['behaviour'], string> = {
  'web-request': 'web request: works while somebody waits',
  'background-job': 'background job: a queue, a worker',
  'scheduled-task': 'scheduled task: runs on a rhythm',
  'webhook-handler': 'webhook handler',
  'admin-tool': 'admin tool: a person starts it',
  'replay-script': 'replay script: runs what failed again',
  'ai-worker': 'AI worker',
  'data-export': 'data export',
  'fallback-service': 'fallback service: runs when another fails',
  'training-run': 'training run',
  'inference-node': 'inference node',
  agent: 'agent',
  'sub-agent': 'sub-agent: started by another agent',
}

const paths: Record<ClaimDraft['pathClass'], string> = {
  primary: 'primary: the work of every day',
  background: 'background: seen to fail later',
  exception: 'exception: runs when something went wrong',
}

const reloads: Record<ClaimDraft['reload'], string> = {
  unknown: 'nobody knows yet',
  'every-use': 'asks for it at every use',
  ttl: 'asks again after a time',
  signal: 'is told by a signal',
  restart: 'takes it up when it is restarted',
  'each-launch': 'takes it up at each launch',
  'by-hand': 'a person enters it',
}

const observabilities: Record<ClaimDraft['observability'], string> = {
  none: 'not at all: silence proves nothing',
  sdk: 'by the SDK in it',
  wrapped: 'by the run wrapper around it',
  provider: 'by its target, which tells who uses it',
  telemetry: 'by telemetry with a version mark',
  attested: 'by a person, who attests it',
}

const optionsOf = <K extends string>(words: Record<K, string>) =>
  (Object.keys(words) as K[]).map(value => ({ value, text: words[value] }))

export function NewConsumer({ draft, set, faults }: NewConsumerParts): ReactNode {
  const change =
    <K extends keyof ClaimDraft>(name: K) =>
    (value: string) =>
      set({ ...draft, [name]: value })
  return (
    <div className="fields">
      <TextField
        label="Id"
        required
        value={draft.id}
        onChange={change('id')}
        help="It stands in addresses and in the record for good."
        fault={faults.id}
      />
      <TextField label="Name" required value={draft.name} onChange={change('name')} fault={faults.name} />
      <SelectField
        label="How it behaves"
        value={draft.behaviour}
        onChange={change('behaviour')}
        options={optionsOf(behaviours)}
      />
      <SelectField
        label="Path class"
        value={draft.pathClass}
        onChange={change('pathClass')}
        options={optionsOf(paths)}
        help="An exception path is proved by being run on purpose."
      />
      <TextField
        label="Owner: id"
        value={draft.ownerId}
        onChange={change('ownerId')}
        help="A person or a team. Without an owner nothing is retired."
        fault={faults.owner}
      />
      <TextField label="Owner: name" value={draft.ownerName} onChange={change('ownerName')} />
      <SelectField
        label="How it takes up a new value"
        value={draft.reload}
        onChange={change('reload')}
        options={optionsOf(reloads)}
        help="Unknown is never safe: it blocks until somebody says it."
      />
      {draft.reload === 'ttl' && (
        <TextField
          label="After how many seconds"
          inputMode="numeric"
          value={draft.ttlSeconds}
          onChange={change('ttlSeconds')}
          fault={faults.ttl}
        />
      )}
      {(draft.reload === 'restart' || draft.reload === 'by-hand') && (
        <CheckField
          label="How to do that is written down"
          value={draft.documented}
          onChange={documented => set({ ...draft, documented })}
        />
      )}
      <SelectField
        label="How it can be observed"
        value={draft.observability}
        onChange={change('observability')}
        options={optionsOf(observabilities)}
      />
    </div>
  )
}
