// Every gate with what is missing, and how to get it. A named person may override one, with a reason.
import type { RotationView } from '@rekey/wire'
import { useState } from 'react'
import { Button } from '../../parts/button.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Mark } from '../../parts/mark.tsx'
import { Empty } from '../../parts/page.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { gateNames } from './gate-names.ts'
import type { GatesView } from './verdict.ts'

type Gate = GatesView['gates'][number]
interface Over {
  gate: Gate['gate']
  consumer: string | null
  text: string
}

const stages = {
  wave: 'Asked before the next wave moves.',
  retire: 'Asked before the old version is retired.',
  return: 'Asked before the way back is done.',
  recover: 'Asked after a revocation.',
} as const

export function Gates({ gates, rotation }: { gates: GatesView; rotation: RotationView }) {
  const [over, setOver] = useState<Over | null>(null)
  if (gates.gates.length === 0) {
    return (
      <Empty title="No gate is asked here.">
        <p>What has ended, and a step that nobody looks at, asks for nothing.</p>
      </Empty>
    )
  }
  const sorted = [...gates.gates].sort((a, b) => Number(a.open) - Number(b.open))
  return (
    <div className="stack">
      <h2 className="hidden">Gates</h2>
      <p className="soft">{stages[gates.stage]}</p>
      <ul role="list" className="gates">
        {sorted.map(gate => (
          <GateItem key={gate.gate} gate={gate} rotation={rotation} onOver={setOver} />
        ))}
      </ul>
      {over !== null && (
        <Decide
          title={`Override the gate "${gateNames[over.gate]?.name ?? over.gate}"`}
          operation="decisions.override"
          parts={reason => ({
            params: { id: rotation.id },
            body: { gate: over.gate, consumer: over.consumer, reason },
          })}
          asksReason="Why it is safe all the same"
          confirm="Override it"
          grave
          done="The gate is overridden, under your name."
          onClose={() => setOver(null)}
        >
          <p>What is missing: {over.text}.</p>
          <p>
            It stays in the record who overrode what and why. If it goes wrong, this is where people will look
            first.
          </p>
        </Decide>
      )}
    </div>
  )
}

function GateItem({
  gate,
  rotation,
  onOver,
}: {
  gate: Gate
  rotation: RotationView
  onOver: (over: Over) => void
}) {
  const { name, asks } = gateNames[gate.gate] ?? { name: gate.gate, asks: '' }
  const mayBeOver = !gate.open && gate.gate !== 'decision' && rotation.phase !== 'planned'
  return (
    <li className="card gate" data-is={gate.open ? 'open' : 'refuses'}>
      <div className="row between">
        <div>
          <h3>{name}</h3>
          <p className="small soft">{asks}</p>
        </div>
        <Mark tone={gate.open ? 'good' : 'warn'}>{gate.open ? '✓ open' : '✕ refuses'}</Mark>
      </div>
      {gate.missing.length > 0 && (
        <ul role="list" className="missing">
          {gate.missing.map(one => (
            <li key={`${one.what} ${one.consumer} ${one.text}`}>
              <div>
                <Sentence>{one.text}</Sentence>
                <span className="how">{one.how}</span>
              </div>
              {mayBeOver && (
                <Button
                  needs={{ right: 'decide', environment: rotation.environment }}
                  label={`Override: ${one.text}`}
                  onPress={() => onOver({ gate: gate.gate, consumer: one.consumer, text: one.text })}
                >
                  Override
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {gate.overridden.map(one => (
        <p key={`${one.by} ${one.consumer}`} className="small">
          <Mark tone="bad">overridden</Mark> by {one.by}
          {one.consumer !== null && ` for ${one.consumer}`}: {one.reason}
        </p>
      ))}
    </li>
  )
}
