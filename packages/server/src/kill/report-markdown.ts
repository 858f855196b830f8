// The report of a kill as a text to hand on: what was done, by when, who has confirmed, and the same incident by hand beside it.
import { instant, span } from '@rekey/core'
import type { KillView } from '@rekey/wire'

const ms = (value: number | null) =>
  value === null ? 'not yet' : value < 10_000 ? `${value} ms` : span(value)

export function killMarkdown(view: KillView): string {
  const { latency } = view
  return [
    `# Kill ${view.id}`,
    '',
    `${capital(view.scope)}: ${view.reason}`,
    '',
    `Ordered at ${instant(view.orderedMs)} by ${view.by}, because of ${view.cause}. Durable ${ms(latency.recordedMs)} after it was asked for.`,
    '',
    '| | half of them | 99 of 100 | the last |',
    '| --- | --- | --- | --- |',
    `| holders that we reach | ${ms(latency.holders.p50Ms)} | ${ms(latency.holders.p99Ms)} | ${ms(latency.holders.lastMs)} |`,
    '',
    `Every target refused after: ${ms(latency.providerMs)}.`,
    '',
    '## Unconfirmed',
    '',
    ...(view.unconfirmed.length === 0
      ? ['Nothing: every known holder has confirmed, and every target refuses.']
      : view.unconfirmed.map(one => `- ${one.what}. ${one.how}`)),
    '',
    ...view.killed.flatMap(killedLines),
    '## The same by hand',
    '',
    'By a careful operator, one thing after another, on these assumptions:',
    '',
    '| what | takes | times |',
    '| --- | --- | --- |',
    ...view.byHand.assumptions.map(one => `| ${one.what} | ${span(one.takesMs)} | ${one.times} |`),
    '',
    '| | by hand | measured here |',
    '| --- | --- | --- |',
    `| detected | ${span(view.byHand.detectMs)} | ${ms(view.measured.detectMs)} |`,
    `| revoked at every target | ${span(view.byHand.revokeMs)} | ${ms(view.measured.revokeMs)} |`,
    `| everybody works again | ${span(view.byHand.propagateMs)} | ${ms(view.measured.propagateMs)} |`,
    '',
  ].join('\n')
}

function killedLines(one: KillView['killed'][number]): string[] {
  return [
    `## Version ${one.version} of ${one.credential}`,
    '',
    `In ${one.environment}, epoch ${one.epoch}.`,
    '',
    '| step | | after | |',
    '| --- | --- | --- | --- |',
    ...one.steps.map(
      each =>
        `| ${each.step} | ${each.state} | ${each.afterMs === null ? '' : ms(each.afterMs)} | ${each.text} |`,
    ),
    '',
    '| consumer | process | | |',
    '| --- | --- | --- | --- |',
    ...one.holders.map(each => `| ${each.consumer} | ${each.instance} | ${each.state} | ${each.how} |`),
    '',
  ]
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
