// One kind of provider: what it can do and cannot prove, its settings, and a form to try them in.
import { to, withQuery } from '../../address.ts'
import { useAsk } from '../../api/use.ts'
import { ButtonLink } from '../../parts/button-link.tsx'
import { useDraft } from '../../parts/draft.ts'
import { Mark } from '../../parts/mark.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { SchemaForm } from '../../parts/schema-form.tsx'
import { type Faults, isNeeded, readSettings } from '../../parts/schema-read.ts'
import { type Schema, type TypedGroup, typedOf } from '../../parts/schema-shape.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { type Abilities, abilitiesInWords, notProved, proofOf } from './abilities.ts'
import { type ProviderItem, toneOf } from './list.tsx'
import { type SettingRow, settingRows, settingsDraft } from './settings.ts'

export function ProviderPage({ kind }: { kind: string }) {
  const asked = useAsk('providers.list')
  const one = asked.data?.items.find(item => item.kind === kind)
  return (
    <Page
      title={one?.title ?? kind}
      crumbs={<a href={to('providers')}>Providers</a>}
      about={one && `The provider ${kind}.`}
      actions={
        one && (
          <ButtonLink
            kind="first"
            href={withQuery(to('credentials', 'new'), { provider: kind })}
            needs={{ right: 'operate', environment: undefined }}
          >
            Register a credential with it
          </ButtonLink>
        )
      }
    >
      <Await asked={asked}>
        {() =>
          one === undefined ? (
            <Empty title="There is no provider of that name here.">
              <p>
                Its file may have been left out at the start: the log of the control plane says why. These are{' '}
                <a href={to('providers')}>the ones that are there</a>.
              </p>
            </Empty>
          ) : (
            <Whole one={one} />
          )
        }
      </Await>
    </Page>
  )
}

function Whole({ one }: { one: ProviderItem }) {
  return (
    <div className="stack">
      <div className="columns">
        <Able abilities={one.abilities as Abilities} />
        <div className="stack">
          <Proved against={one.provedAgainst} />
          <NotProved abilities={one.abilities as Abilities} />
        </div>
      </div>
      <section className="stack" aria-labelledby="settings">
        <h2 id="settings">Settings</h2>
        <Table
          caption={`Settings of ${one.title}`}
          columns={settingColumns}
          rows={settingRows(one.settings as Schema)}
          keyOf={row => row.path}
          none={<p className="soft">It takes no settings.</p>}
        />
      </section>
      <TryOut kind={one.kind} schema={one.settings as Schema} />
    </div>
  )
}

export const Able = ({ abilities }: { abilities: Abilities }) => (
  <Card title="What it can do">
    <dl className="abilities">
      {abilitiesInWords(abilities).map(({ name, short, text, is }) => (
        <div key={name}>
          <dt>
            {name} <Mark tone={toneOf[is]}>{short}</Mark>
          </dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  </Card>
)

export function Proved({ against }: { against: string | null }) {
  const proof = proofOf(against)
  return (
    <Card title="Proved against">
      <p>
        <Mark tone={toneOf[proof.is]}>{proof.short}</Mark> {proof.text}
      </p>
    </Card>
  )
}

export function NotProved({ abilities }: { abilities: Abilities }) {
  const said = notProved(abilities)
  return (
    <Card title="What it cannot prove">
      {said.length === 0 ? (
        <p>Nothing that a rotation asks for.</p>
      ) : (
        <ul className="bulleted">
          {said.map(text => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <p className="small soft">
        What is missing here has to be shown by consumers themselves, or by a person’s word. Settings may
        narrow it further; the plan of a rotation says what is true then.
      </p>
    </Card>
  )
}

const settingColumns: readonly Column<SettingRow>[] = [
  { id: 'path', head: 'Setting', names: true, cell: row => <code className="anywhere">{row.path}</code> },
  { id: 'what', head: 'What', cell: row => row.what },
  {
    id: 'usual',
    head: 'Usual',
    cell: row =>
      row.usual !== null ? (
        <code className="anywhere">{row.usual}</code>
      ) : row.needed ? (
        <Mark tone="mark">needed</Mark>
      ) : (
        <span className="soft">left out</span>
      ),
  },
  { id: 'help', head: 'What for', cell: row => row.help },
]

function TryOut({ kind, schema }: { kind: string; schema: Schema }) {
  const {
    value: draft,
    set: change,
    drop,
  } = useDraft<TypedGroup>(settingsDraft(kind), () => typedOf(schema, {}) as TypedGroup)
  const { value, faults } = readSettings(schema, draft)
  const missing = Object.keys(faults).length
  return (
    <section className="stack" aria-labelledby="try">
      <h2 id="try">Try it: the settings of a credential</h2>
      <p className="soft measure">
        Nothing is sent from here. Whoever registers a credential with this provider begins with what stands
        here.
      </p>
      <div className="columns">
        <Card title="The form">
          <SchemaForm schema={schema} typed={draft} onChange={change} faults={shownFaults(faults)} />
        </Card>
        <div className="stack try-out">
          <Card
            title="As the API takes it"
            aside={missing > 0 ? `${missing} still missing or wrong` : 'complete'}
          >
            <pre tabIndex={0} role="region" aria-label="Settings as JSON">
              {JSON.stringify(value, null, 2)}
            </pre>
          </Card>
          {missing > 0 && (
            <Notice title="Still needed">
              <ul>
                {Object.entries(faults).map(([at, text]) => (
                  <li key={at}>
                    <code>{at}</code>: {text}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          <div>
            <button
              type="button"
              onClick={() => {
                change(typedOf(schema, {}) as TypedGroup)
                drop()
              }}
            >
              Begin anew
            </button>
          </div>
        </div>
      </div>
    </section>
  )
}

/** What is empty still is told beside the form; at its field only what was typed and is wrong. */
const shownFaults = (faults: Faults): Faults =>
  Object.fromEntries(Object.entries(faults).filter(([, text]) => text !== isNeeded))
