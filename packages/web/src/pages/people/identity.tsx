// Whose word is taken about who somebody is: issuers of agents' identities, and providers through which people sign in.
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Await } from '../../parts/notice.tsx'
import { Card, Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { ChangeOrRemove } from './change-or-remove.tsx'
import { PutIssuer } from './issuer-dialog.tsx'
import { type Issuer, issuerKinds } from './issuer-draft.ts'
import { PartOf, useOpen } from './part.tsx'
import { PutSignOn } from './sign-on-dialog.tsx'

type SignOn = Answer<'signOns.list'>['items'][number]

const needs = { right: 'administer', environment: null } as const

export function IdentityPart() {
  const { what, of, open, close } = useOpen()
  const issuers = useAsk('issuers.list')
  const signOns = useAsk('signOns.list')
  const issuer = issuers.data?.items.find(one => one.id === of)
  const signOn = signOns.data?.items.find(one => one.id === of)
  return (
    <PartOf
      name="Identity"
      changes="everywhere"
      about="Whose word is taken about who somebody is. Whoever signs such words can let anybody in under their name: trust few."
    >
      <Card title="Issuers of agents’ identities">
        <div className="stack">
          <Await asked={issuers}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="No issuer is trusted.">
                  <p>
                    Then agents join with join tokens. Where a cluster or a CI system gives its jobs
                    identities, trust it, and say by rules which of them is which agent: no token has to be
                    carried anywhere.
                  </p>
                </Empty>
              ) : (
                <Table
                  caption="Trusted issuers"
                  columns={issuerColumns(open)}
                  rows={items}
                  keyOf={one => one.id}
                  detail={one => <Rules issuer={one} />}
                />
              )
            }
          </Await>
          <div>
            <Button needs={needs} onPress={() => open('add-issuer')}>
              Trust an issuer
            </Button>
          </div>
        </div>
      </Card>
      <Card title="Sign-on providers for people">
        <div className="stack">
          <Await asked={signOns}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="People sign in here only.">
                  <p>
                    With a provider (OpenID Connect) they use the account that they have, and lose access here
                    when they lose it there. Each still has to be added under People, with the subject that
                    the provider knows them by.
                  </p>
                </Empty>
              ) : (
                <Table
                  caption="Sign-on providers"
                  columns={signOnColumns(open)}
                  rows={items}
                  keyOf={one => one.id}
                />
              )
            }
          </Await>
          <div>
            <Button needs={needs} onPress={() => open('add-sign-on')}>
              Add a provider
            </Button>
          </div>
        </div>
      </Card>
      {what === 'add-issuer' && <PutIssuer onClose={close} />}
      {what === 'change-issuer' && issuer !== undefined && (
        <PutIssuer key={issuer.id} issuer={issuer} onClose={close} />
      )}
      {what === 'remove-issuer' && issuer !== undefined && (
        <Decide
          title={`Trust ${issuer.id} no longer?`}
          grave
          confirm="Trust it no longer"
          operation="issuers.remove"
          parts={() => ({ params: { id: issuer.id } })}
          done="It is trusted no longer."
          onClose={close}
        >
          <p>
            Nobody joins with its word any more. Processes that have joined have keys of their own, and stay:
            end those under Agents.
          </p>
        </Decide>
      )}
      {what === 'add-sign-on' && <PutSignOn onClose={close} />}
      {what === 'change-sign-on' && signOn !== undefined && (
        <PutSignOn key={signOn.id} signOn={signOn} onClose={close} />
      )}
      {what === 'remove-sign-on' && signOn !== undefined && (
        <Decide
          title={`Nobody signs in through ${signOn.name} any longer?`}
          grave
          confirm="Take it away"
          operation="signOns.remove"
          parts={() => ({ params: { id: signOn.id } })}
          done="Nobody signs in through it any more."
          onClose={close}
        >
          <p>Whoever has no other way in is locked out. Sessions that are open go on until they end.</p>
        </Decide>
      )}
    </PartOf>
  )
}

type Open = (what: string, of: string) => void

const issuerColumns = (open: Open): readonly Column<Issuer>[] => [
  {
    id: 'id',
    head: 'Id',
    names: true,
    sort: one => one.id,
    cell: one => (
      <span className="stack-s">
        <span>{one.id}</span>
        <span className="small soft">{issuerKinds[one.kind].name}</span>
      </span>
    ),
  },
  { id: 'issuer', head: 'Issuer', cell: one => <code className="wrap">{one.issuer}</code> },
  { id: 'audience', head: 'For', cell: one => <code className="wrap">{one.audience}</code> },
  {
    id: 'rules',
    head: 'Rules',
    number: true,
    cell: one => (one.rules.length === 0 ? 'none: lets nobody in' : one.rules.length),
  },
  { id: 'do', head: 'Change', cell: one => <Two of={one.id} name={one.id} what="issuer" open={open} /> },
]

const signOnColumns = (open: Open): readonly Column<SignOn>[] => [
  {
    id: 'name',
    head: 'Name',
    names: true,
    cell: one => (
      <span className="stack-s">
        <span>{one.name}</span>
        <span className="small soft">{one.id}</span>
      </span>
    ),
  },
  { id: 'do', head: 'Change', cell: one => <Two of={one.id} name={one.name} what="sign-on" open={open} /> },
]

const Two = ({ of, name, what, open }: { of: string; name: string; what: string; open: Open }) => (
  <ChangeOrRemove
    needs={needs}
    of={name}
    onChange={() => open(`change-${what}`, of)}
    onRemove={() => open(`remove-${what}`, of)}
  />
)

const Rules = ({ issuer: { rules } }: { issuer: Issuer }) => (
  <ul className="bullets small">
    {rules.length === 0 && <li>No rule: none of its identities is an agent.</li>}
    {rules.map((rule, at) => (
      <li key={at}>
        {rule.subject !== undefined && <code className="wrap">{rule.subject}</code>}
        {Object.entries(rule.claims ?? {}).map(([path, value]) => (
          <code key={path} className="wrap">
            {' '}
            {path} = {value}
          </code>
        ))}{' '}
        is the agent {rule.agent}
      </li>
    ))}
  </ul>
)
