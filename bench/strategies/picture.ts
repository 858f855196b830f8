// The comparison as one picture, written as SVG by hand: four panels of bars, a number at each, for a light and a dark page.
import type { Row } from '@rekey/simulator'

interface Panel {
  title: string
  note: string
  of: (row: Row) => number
  /** Orders of magnitude lie between the strategies. */
  logarithmic: boolean
}

const panels: readonly Panel[] = [
  {
    title: 'Failed jobs',
    note: 'because of scheduled rotations',
    of: row => row.failedJobs,
    logarithmic: false,
  },
  {
    title: 'Stranded consumers',
    note: 'left with a dead value',
    of: row => row.strandedConsumers,
    logarithmic: false,
  },
  {
    title: 'Hours with two valid values',
    note: 'per scheduled rotation; log scale',
    of: row => row.overlapHours,
    logarithmic: true,
  },
  {
    title: 'Seconds to revoke',
    note: 'from the suspicion of a leak, median',
    of: row => row.secondsToRevoke,
    logarithmic: false,
  },
]

const width = 860
const margin = 24
const gap = 40
const panelWidth = (width - 2 * margin - gap) / 2
const labelWidth = 104
const numberWidth = 48
const rowHeight = 22
const top = 76
const panelTop = 48

export function picture(rows: readonly Row[], fleets: number): string {
  const panelHeight = panelTop + rows.length * rowHeight + 28
  const height = top + 2 * panelHeight + 12
  const drawn = panels.map((panel, at) => {
    const x = margin + (at % 2) * (panelWidth + gap)
    const y = top + Math.floor(at / 2) * panelHeight
    return panelOf(panel, rows, x, y)
  })
  const about = `${fleets} fleets, the same for every strategy: two scheduled rotations thirty days apart, then a leak. Less is better in each panel.`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">
<title id="title">Six ways to rotate a credential, on the same fleets</title>
<desc id="about">${about}</desc>
<style>
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-size: 19px; font-weight: 600; }
  .panel { font-size: 15px; font-weight: 600; }
  .note { font-size: 12px; fill: #59636e; }
  .ours { font-weight: 600; }
  .number { font-variant-numeric: tabular-nums; }
  .page { fill: #ffffff; }
  .bar { fill: #8c959f; }
  .bar.ours { fill: #0969da; }
  .axis { stroke: #d1d9e0; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .note { fill: #9198a1; }
    .page { fill: #0d1117; }
    .bar { fill: #6e7681; }
    .bar.ours { fill: #4493f8; }
    .axis { stroke: #3d444d; }
  }
</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
<text class="title" x="${margin}" y="34">Six ways to rotate a credential, on the same fleets</text>
<text class="note" x="${margin}" y="55">${about}</text>
${drawn.join('\n')}
</svg>
`
}

function panelOf(
  { title, note, of, logarithmic }: Panel,
  rows: readonly Row[],
  x: number,
  y: number,
): string {
  const most = Math.max(1, ...rows.map(of))
  // One more than the value, so that nothing has no length and one has some.
  const share = (value: number) => (logarithmic ? Math.log10(1 + value) / Math.log10(1 + most) : value / most)
  const barsX = x + labelWidth
  const longest = panelWidth - labelWidth - numberWidth
  const lines = [
    `<text class="panel" x="${x}" y="${y + 18}">${title}</text>`,
    `<text class="note" x="${x}" y="${y + 36}">${note}</text>`,
    `<line class="axis" x1="${barsX}" x2="${barsX}" y1="${y + panelTop}" y2="${y + panelTop + rows.length * rowHeight}"/>`,
  ]
  for (const [at, row] of rows.entries()) {
    const value = of(row)
    const isOurs = row.strategy === 'rekey' ? ' ours' : ''
    const rowY = y + panelTop + at * rowHeight
    const length = Math.round(longest * share(value) * 10) / 10
    lines.push(
      `<text class="label${isOurs}" x="${barsX - 8}" y="${rowY + 15}" text-anchor="end">${row.strategy}</text>`,
      `<rect class="bar${isOurs}" x="${barsX}" y="${rowY + 3}" width="${length}" height="${rowHeight - 6}" rx="2"/>`,
      `<text class="number${isOurs}" x="${barsX + length + 6}" y="${rowY + 15}">${value.toLocaleString('en')}</text>`,
    )
  }
  return `<g>\n${lines.join('\n')}\n</g>`
}
