// What dies: the scope of a kill, chosen step by step. All of it stands in the address.
import { useMemo } from 'react'
import { setQuery } from '../../address.ts'
import { useAllPages } from '../../api/all-pages.ts'
import type { Answer } from '../../api/ask.ts'
import { TextField } from '../../parts/fields.tsx'
import type { Choice } from '../../parts/matching.ts'
import { PickField } from '../../parts/pick.tsx'
import { QueryFields } from './query-fields.tsx'
import { kindOfScope, type ScopeKind, scopeKinds, scopeWords } from './scope.ts'
import { VersionChoice } from './version-choice.tsx'

type Credential = Answer<'credentials.list'>['items'][number]

export function ScopeForm({ asked }: { asked: URLSearchParams }) {
  const of = kindOfScope(asked)
  const credentials = useAllPages('credentials.list', {}, of !== 'agent')
  const agents = useAllPages('agents.list', {}, of === 'agent')
  const all = credentials.data?.items ?? noCredentials
  return (
    <div className="stack">
      <fieldset className="radio-cards">
        <legend>What dies</legend>
        {scopeKinds.map(kind => (
          <label key={kind} className="radio-card">
            <input type="radio" name="of" checked={of === kind} onChange={() => choose(kind)} />
            <span>
              <strong>{scopeWords[kind].name}</strong>
              <span className="small soft">{scopeWords[kind].about}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {(of === 'version' || of === 'credential') && (
        <CredentialChoice
          all={all}
          value={asked.get('credential') ?? ''}
          onChange={credential => setQuery({ of, credential, version: undefined })}
        />
      )}
      {of === 'version' && asked.get('credential') && (
        <VersionChoice credential={asked.get('credential')!} value={asked.get('version')} />
      )}
      {of === 'agent' && (
        <PickField
          label="Agent"
          required
          choices={(agents.data?.items ?? [])
            .filter(one => one.endedMs === null)
            .map(({ id, name, bindings }) => ({
              value: id,
              text: name,
              note: `${id} · bound to ${bindings.length}`,
            }))}
          value={asked.get('agent') ?? ''}
          onChange={agent => setQuery({ of, agent })}
          none="No agent is registered."
        />
      )}
      {(of === 'target' || of === 'environment') && (
        <PickField
          label={of === 'target' ? 'Target' : 'Environment'}
          required
          choices={countedBy(all, of)}
          value={asked.get(of) ?? ''}
          onChange={value => setQuery({ of, [of]: value })}
          none="No credential is registered."
        />
      )}
      {of === 'query' && <QueryFields asked={asked} credentials={all} />}
      {(credentials.error ?? agents.error) !== null && <ById of={of} asked={asked} />}
    </div>
  )
}

const noCredentials: Credential[] = []
const choose = (of: ScopeKind) => setQuery({ of })

function CredentialChoice({
  all,
  value,
  onChange,
}: {
  all: readonly Credential[]
  value: string
  onChange: (id: string) => void
}) {
  const choices = useMemo(
    () =>
      all.map(({ id, name, environment, target }) => ({
        value: id,
        text: name,
        note: `${id} · ${environment} · ${target}`,
      })),
    [all],
  )
  return (
    <PickField
      label="Credential"
      required
      choices={choices}
      value={value}
      onChange={onChange}
      placeholder="Its name, id, environment or target"
      none="No credential is registered."
    />
  )
}

/** Targets or environments, each with how much is there. */
export function countedBy(all: readonly Credential[], of: 'target' | 'environment'): Choice[] {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(one[of], (counts.get(one[of]) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([value, count]) => ({
      value,
      text: value,
      note: count === 1 ? '1 credential' : `${count.toLocaleString('en-GB')} credentials`,
    }))
}

/** The list cannot be read just now; whoever knows the id does not have to wait for it. */
function ById({ of, asked }: { of: ScopeKind; asked: URLSearchParams }) {
  if (of === 'query') return null
  const name = of === 'version' ? 'credential' : of
  return (
    <TextField
      label={`The ${name}, as it is written in the record`}
      help="The list cannot be read just now. Type it exactly."
      value={asked.get(name) ?? ''}
      onChange={value => setQuery({ of, [name]: value })}
    />
  )
}
