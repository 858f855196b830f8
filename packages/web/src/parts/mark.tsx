// A state as a word with a shape and a colour, never by colour alone.
import type { ReactNode } from 'react'

export type Truth = 'old' | 'new' | 'mixed' | 'unknown'
export type Tone = Truth | 'good' | 'warn' | 'bad' | 'mark' | 'plain'

const shapes: Record<Truth, ReactNode> = {
  new: <circle cx="5" cy="5" r="4.5" fill="currentColor" />,
  old: <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  mixed: (
    <>
      <circle cx="5" cy="5" r="3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M5 .6a4.4 4.4 0 0 1 0 8.8z" fill="currentColor" />
    </>
  ),
  unknown: <path d="M1 5h8" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2 1.4" />,
}

export const Shape = ({ of }: { of: Truth }) => (
  <svg viewBox="0 0 10 10" aria-hidden="true">
    {shapes[of]}
  </svg>
)

export const TruthMark = ({ is, children }: { is: Truth; children?: ReactNode }) => (
  <span className="mark" data-is={is}>
    <Shape of={is} />
    {children ?? is}
  </span>
)

export const Mark = ({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) => (
  <span className="mark" data-is={tone}>
    {children}
  </span>
)

const phaseTones: Record<string, Tone> = {
  planned: 'plain',
  running: 'mark',
  held: 'warn',
  contained: 'bad',
  stuck: 'bad',
  ended: 'plain',
}
export const PhaseMark = ({ phase, ending }: { phase: string; ending?: string | null }) => (
  <Mark tone={ending === 'completed' ? 'good' : (phaseTones[phase] ?? 'plain')}>{ending ?? phase}</Mark>
)

/** A version, on the side that it is on. */
export function VersionMark({
  version,
  old,
  fresh,
}: {
  version: number | null
  old: number | null
  fresh: number | null
}) {
  if (version === null) return <TruthMark is="unknown">unknown</TruthMark>
  const is = version === fresh ? 'new' : version === old ? 'old' : 'mixed'
  return <TruthMark is={is}>{`v${version} ${is === 'mixed' ? 'another' : is}`}</TruthMark>
}
