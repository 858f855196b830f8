// People and policies: who may do what, what speaks for whom, and what needs two.
import { type ComponentType, useEffect } from 'react'
import { to, useAddress } from '../../address.ts'
import { Empty, Page, Tabs } from '../../parts/page.tsx'
import { AccountPart } from './account.tsx'
import { AgentsPart } from './agents.tsx'
import { GlassPart } from './break-glass.tsx'
import { IdentityPart } from './identity.tsx'
import { KeysPart } from './keys.tsx'
import { PeoplePart } from './list.tsx'
import { firstOf, groups, type PartAt, partAt, parts } from './places.ts'
import { ProposalsPart } from './proposals.tsx'
import { ReceiversPart } from './receivers.tsx'
import { RulesPart } from './rules.tsx'
import { SignalPolicyPart } from './signal-policy.tsx'
import { SignalSourcesPart } from './signal-sources.tsx'
import { SourcesPart } from './sources.tsx'
import { TokensPart } from './tokens.tsx'
import { WebhooksPart } from './webhooks.tsx'

const pages: Readonly<Record<PartAt, ComponentType>> = {
  people: PeoplePart,
  account: AccountPart,
  tokens: TokensPart,
  proposals: ProposalsPart,
  agents: AgentsPart,
  identity: IdentityPart,
  sources: SourcesPart,
  'signal-sources': SignalSourcesPart,
  webhooks: WebhooksPart,
  receivers: ReceiversPart,
  rules: RulesPart,
  'signal-policy': SignalPolicyPart,
  'break-glass': GlassPart,
  keys: KeysPart,
}

export function PeoplePage() {
  const [, at] = useAddress().parts
  const part = partAt(at)
  const name = part?.name
  useEffect(() => {
    if (name !== undefined) document.title = `${name} · Rekey`
  }, [name])
  if (part === undefined)
    return (
      <Page title="People and policies">
        <Empty title="There is no such part.">
          <a href={to('people')}>People</a>
        </Empty>
      </Page>
    )
  const Found = pages[part.at]
  const beside = parts.filter(one => one.group === part.group)
  return (
    <Page title="People and policies" about="Who may do what, who speaks for whom, and what needs two.">
      <div className="people">
        <Tabs
          label="Groups"
          tabs={groups.map(group => ({
            name: group,
            href: to('people', firstOf(group).at),
            isHere: group === part.group,
          }))}
        />
        {beside.length > 1 && (
          <nav className="subtabs" aria-label={part.group}>
            {beside.map(one => (
              <a
                key={one.at}
                href={to('people', one.at)}
                {...(one.at === part.at && { 'aria-current': 'page' as const })}
              >
                {one.name}
              </a>
            ))}
          </nav>
        )}
        <Found key={part.at} />
      </div>
    </Page>
  )
}
