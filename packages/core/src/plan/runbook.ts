// The runbook of a rotation, step by step from its course (2.6): what is done, what is proved by it, how to go back from
// there, and who decides. It prints the course that the machine will walk; it knows no order of its own.
import { verbs } from '../abilities.ts'
import type { Consumer } from '../consumer.ts'
import type { Credential } from '../credential.ts'
import type { Step } from '../rotation/course.ts'
import { span } from '../time.ts'
import { decider, namesOf, type Printed, plain, proofs, rollbackText, utc } from './markdown.ts'
import type { Plan } from './plan.ts'

interface Entry {
  title: string
  what: string
  proves: string
}

export function runbookMarkdown(
  plan: Plan,
  credential: Credential,
  consumers: readonly Consumer[],
  { startAtMs }: Printed = {},
): string {
  const name = namesOf(plan, consumers)
  const parts = [
    `# Runbook: ${plain(credential.name)}`,
    `${plain(credential.target)}, ${plain(credential.environment)}. Owner: ${plan.owner ? plain(plan.owner.name) : '**none**'}.${
      startAtMs === undefined ? '' : ` Begins ${utc(startAtMs)}.`
    } After ${span(plan.windows.deadlineMs)} its owner is told that the window is overdue.`,
  ]
  if (plan.gaps.length > 0) {
    parts.push(
      `**It cannot start yet.** ${plan.gaps.map(gap => `${plain(gap.text)} ${plain(gap.how)}`).join(' ')}`,
    )
  }
  plan.course.forEach((step, index) => {
    const entry = entryOf(step, plan, name)
    const byHand = verbs.some(verb => verb === step.do && plan.abilities.byHand.includes(verb))
    parts.push(
      [
        `## ${index + 1}. ${entry.title}`,
        '',
        `- Do: ${byHand ? '**by hand, with the form:** ' : ''}${entry.what}`,
        `- Proves: ${entry.proves}`,
        `- Way back: ${wayBack(plan, index)}`,
        `- Decides: ${decides(step, plan)}`,
      ].join('\n'),
    )
  })
  parts.push(
    '## If it goes wrong',
    plan.onFailure === 'contain'
      ? 'Contain: stop all moves and retirement; sort each consumer into old, new, mixed or unknown; restrict what matters and cannot be verified; force one clean success from each; then resume or go back.'
      : 'Stop, and go back by the way given at the step; retire nothing until each consumer is known to be on the old version.',
  )
  return `${parts.join('\n\n')}\n`
}

function entryOf(step: Step, plan: Plan, name: (id: string) => string): Entry {
  switch (step.do) {
    case 'mint':
      return {
        title: 'Mint the new version',
        what: 'Create it at the target under the recorded operation key.',
        proves: 'Nothing yet.',
      }
    case 'probe':
      return step.expect === 'accepted'
        ? {
            title: `Probe the ${step.side} version`,
            what: 'Authenticate with it over the real path.',
            proves: `The target accepts the ${step.side} version.`,
          }
        : {
            title: `Prove that the ${step.side} version is dead`,
            what: 'Try to authenticate with it.',
            proves: `The target refuses the ${step.side} version. "Unreachable" is no answer: try again.`,
          }
    case 'compareRights':
      return {
        title: 'Compare rights',
        what: 'Read the effective rights of both versions.',
        proves: 'The new version may do what the old one may, and no more.',
      }
    case 'move':
      return moveEntry(step.wave, step.to, plan, name)
    case 'observe':
      return {
        title: 'Observe, then decide',
        what: `Watch for ${span(plan.windows.observeMs)} at least. Still owed:\n${owedList(plan, name)}`,
        proves: `Every consumer works without the ${step.leaving} version.`,
      }
    case 'disable':
      return {
        title: `Disable the ${step.side} version`,
        what: 'Disable it at the target. This can be undone.',
        proves: `Who still needs the ${step.side} version fails now, while it can be enabled again.`,
      }
    case 'enable':
      return {
        title: `Enable the ${step.side} version`,
        what: 'Enable it at the target.',
        proves: 'Nothing until the probe.',
      }
    case 'endSessions':
      return {
        title: `End sessions of the ${step.side} version`,
        what: 'End what the target still keeps open.',
        proves: `No session outlives the ${step.side} version.`,
      }
    case 'watch':
      return {
        title: 'Watch one full cycle',
        what: `Wait ${span(plan.windows.watchMs)} and look for authentication errors.`,
        proves: 'The slowest consumer has been through its cycle without it.',
      }
    case 'destroy':
      return {
        title: `Destroy the ${step.side} version`,
        what: 'Delete it at the target. This cannot be undone.',
        proves: 'The target says that it is gone.',
      }
  }
}

function moveEntry(index: number, to: string, plan: Plan, name: (id: string) => string): Entry {
  const wave = plan.waves[index]
  const who = wave ? wave.consumers.map(name).join(', ') : 'everyone'
  return {
    title: wave ? `Move wave ${index + 1}: ${plain(wave.name)}` : 'Move everyone',
    what: `Assign the ${to} version to ${who}.${wave && wave.settleMs > 0 ? ` Then let it stand for ${span(wave.settleMs)}.` : ''}`,
    proves:
      wave?.settleMs === 0
        ? 'Nothing yet: nobody is waited for.'
        : 'They succeed with it, and authentication errors do not rise.',
  }
}

const owedList = (plan: Plan, name: (id: string) => string) =>
  plan.owed.length === 0
    ? '  - no consumer is registered'
    : plan.owed
        .map(one => `  - ${name(one.consumer)}: ${proofs(one).join('; ')}; silent for ${span(one.quietMs)}`)
        .join('\n')

/** Read from the steps up to here: what has been done decides what can be undone. */
function wayBack(plan: Plan, index: number): string {
  const leaves = plan.course.some(step => 'side' in step && step.side === 'old')
  if (!leaves) return 'nothing is replaced: destroy this version, prove it dead and issue another.'
  const done = plan.course.slice(0, index + 1)
  const ended = (verb: 'disable' | 'destroy') => done.some(step => step.do === verb && step.side === 'old')
  if (ended('destroy') || plan.order === 'revoke-first' || plan.rollback?.how === 'reissue') {
    return 'no old version to go back to; issue another version at once.'
  }
  if (ended('disable')) return `enable the old version, then ${rollbackText(plan)}.`
  if (done.some(step => step.do === 'move')) {
    return plan.rollback ? `${rollbackText(plan)}.` : 'none: fix it forward, or end the new version.'
  }
  if (plan.abilities.maxLive <= 1) return 'none that is agreed: the old version has ended.'
  return 'nobody has moved: destroy the new version and prove it dead.'
}

function decides(step: Step, plan: Plan): string {
  if (step.do === 'observe' && plan.order === 'prove-first') return `${decider(plan)}.`
  return plan.order === 'revoke-first' ? 'the kill order has decided.' : 'the machine, by this plan.'
}
