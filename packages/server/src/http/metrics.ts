// Figures for Prometheus, in its text format 0.0.4. Few enough that a library would be more than what it does; no label has
// an id that people or agents choose, so their number stays bounded.
export interface Metrics {
  answered(operation: string, status: number, tookMs: number): void
  count(name: Counter, by?: number): void
  text(gauges: Record<string, number>): string
}

const counters = {
  rekey_observations_total: 'Observations that count',
  rekey_observations_refused_total: 'Observations that had no right to count',
  rekey_access_refused_total: 'Requests that were refused for who asked',
  rekey_stream_messages_total: 'Messages written to streams',
  rekey_stream_dropped_total: 'Streams that were ended because their reader was too slow',
  rekey_kill_orders_told_total: 'Kill orders written to streams',
  rekey_kill_answers_total: 'Answers to kill orders',
  rekey_glass_broken_total: 'How often glass was broken',
  rekey_signals_total: 'Signals that were judged',
  rekey_signal_kills_total: 'Versions and tokens that signals ended without a person',
  rekey_webhooks_delivered_total: 'Webhooks that were taken',
  rekey_webhooks_failed_total: 'Attempts at webhooks that failed',
  rekey_signals_delivered_total: 'Security event tokens that were taken by whoever they were pushed to',
  rekey_signals_failed_total: 'Attempts at pushing security event tokens that failed',
} as const
export type Counter = keyof typeof counters

const bucketsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

interface Timed {
  counts: number[]
  sumMs: number
  count: number
}

export function metrics(): Metrics {
  const totals = new Map<Counter, number>()
  const requests = new Map<string, Map<number, number>>()
  const times = new Map<string, Timed>()
  return {
    answered(operation, status, tookMs) {
      let byStatus = requests.get(operation)
      if (byStatus === undefined) {
        byStatus = new Map()
        requests.set(operation, byStatus)
      }
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
      let timed = times.get(operation)
      if (timed === undefined) {
        timed = { counts: bucketsMs.map(() => 0), sumMs: 0, count: 0 }
        times.set(operation, timed)
      }
      timed.count++
      timed.sumMs += tookMs
      for (let at = bucketsMs.length - 1; at >= 0 && tookMs <= bucketsMs[at]!; at--) timed.counts[at]!++
    },
    count(name, by = 1) {
      totals.set(name, (totals.get(name) ?? 0) + by)
    },
    text(gauges) {
      const lines: string[] = []
      const head = (name: string, help: string, type: string) =>
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
      head('rekey_http_requests_total', 'Requests by operation and status', 'counter')
      for (const [operation, byStatus] of requests) {
        for (const [status, count] of byStatus)
          lines.push(`rekey_http_requests_total{operation="${operation}",status="${status}"} ${count}`)
      }
      head('rekey_http_request_seconds', 'How long they took', 'histogram')
      for (const [operation, { counts, sumMs, count }] of times) {
        for (const [at, upTo] of bucketsMs.entries()) {
          lines.push(
            `rekey_http_request_seconds_bucket{operation="${operation}",le="${upTo / 1_000}"} ${counts[at]}`,
          )
        }
        lines.push(`rekey_http_request_seconds_bucket{operation="${operation}",le="+Inf"} ${count}`)
        lines.push(`rekey_http_request_seconds_sum{operation="${operation}"} ${sumMs / 1_000}`)
        lines.push(`rekey_http_request_seconds_count{operation="${operation}"} ${count}`)
      }
      for (const [name, help] of Object.entries(counters) as [Counter, string][]) {
        head(name, help, 'counter')
        lines.push(`${name} ${totals.get(name) ?? 0}`)
      }
      for (const [name, value] of Object.entries(gauges)) {
        head(name, name.replaceAll('_', ' '), 'gauge')
        lines.push(`${name} ${value}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}
