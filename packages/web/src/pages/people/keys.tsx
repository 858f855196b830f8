// The keys that Rekey signs with: each pair signs one kind of thing, and its stand-by is published beforehand.
import { type ReactNode, useState } from 'react'
import { to } from '../../address.ts'
import type { Answer } from '../../api/ask.ts'
import { useAsk } from '../../api/use.ts'
import { Button } from '../../parts/button.tsx'
import { Copied } from '../../parts/copy.tsx'
import { Decide } from '../../parts/decide.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { Card, Facts } from '../../parts/page.tsx'
import { type KeyPair, pairsOf, type Signs, signsTexts } from './key-pairs.ts'
import { PartOf, useOpen } from './part.tsx'

const needs = { right: 'administer', environment: null } as const

export function KeysPart() {
  const keys = useAsk('orderKeys.list')
  const rings = useAsk('orderKeys.rings')
  const { what, of, open, close } = useOpen()
  const [replaced, setReplaced] = useState<Answer<'orderKeys.replace'> | null>(null)
  return (
    <PartOf
      name="Keys"
      changes="everywhere"
      about={
        <>
          Each pair signs one kind of thing. When the active key is compromised, its stand-by takes its place:
          receivers know it already. The key of the sealed log is another one, and stands with the{' '}
          <a href={to('audit')}>audit</a>.
        </>
      }
    >
      {replaced !== null && (
        <Notice tone="good" title="The stand-by signs from here on.">
          <p>
            Active now: <code className="wrap">{replaced.active}</code>. A new stand-by is published:{' '}
            <code className="wrap">{replaced.standBy}</code>.
          </p>
        </Notice>
      )}
      <Await asked={keys}>
        {({ keys: all }) => (
          <div className="stack">
            {pairsOf(all, rings.data?.keys.at(-1)).map(pair => (
              <Pair key={pair.of} pair={pair} onReplace={() => open('replace', pair.of)}>
                {pair.of === 'orders' && rings.data !== undefined && <Rings rings={rings.data} pair={pair} />}
              </Pair>
            ))}
          </div>
        )}
      </Await>
      {what === 'replace' && isSigns(of) && <Replace of={of} onReplaced={setReplaced} onClose={close} />}
    </PartOf>
  )
}

const isSigns = (text: string | null): text is Signs => text !== null && Object.hasOwn(signsTexts, text)

interface PairParts {
  pair: KeyPair
  onReplace: () => void
  children: ReactNode
}

function Pair({ pair: { of, active, standBy }, onReplace, children }: PairParts) {
  const { name, means } = signsTexts[of]
  return (
    <Card title={name} aside={String(active['alg'] ?? '')}>
      <div className="stack">
        <p>{means}</p>
        <Facts
          facts={[
            { name: 'Active', value: <code className="wrap">{String(active['kid'])}</code> },
            { name: 'Stand-by', value: <code className="wrap">{String(standBy['kid'])}</code> },
          ]}
        />
        {children}
        <div>
          <Button
            needs={needs}
            label={`Replace it with its stand-by: the key of ${name}`}
            onPress={onReplace}
          >
            Replace it with its stand-by
          </Button>
        </div>
      </div>
    </Card>
  )
}

function Rings({ rings, pair }: { rings: Answer<'orderKeys.rings'>; pair: KeyPair }) {
  return (
    <details>
      <summary>
        Key ring {rings.serial}
        {rings.serial > 1 ? ': it was replaced before' : ', the first'}
      </summary>
      <div className="stack">
        <p>
          A receiver pins the first ring that it is given. It believes a later one only from the key that the
          ring before it named as its stand-by, so whoever steals the active key can name no successor. Tell a
          receiver beforehand whom to believe:
        </p>
        <Copied
          label="REKEY_ORDER_KEYS"
          text={`${String(pair.active['kid'])},${String(pair.standBy['kid'])}`}
        />
        <ol className="bullets">
          {rings.keys.map((ring, at) => (
            <li key={ring}>
              <details>
                <summary>Ring {at + 1}, signed</summary>
                <pre tabIndex={0} className="wrap">
                  {ring}
                </pre>
              </details>
            </li>
          ))}
        </ol>
      </div>
    </details>
  )
}

interface ReplaceParts {
  of: Signs
  onReplaced: (answer: Answer<'orderKeys.replace'>) => void
  onClose: () => void
}

const after: Record<Signs, string> = {
  orders:
    'Every connected agent is told at once, and takes nothing more that the old key has signed. Orders that were given before are signed anew for whoever comes later. Look then for orders that are not in the record.',
  status: 'Lists and passports are signed anew. Whoever checks offline has to fetch the new key.',
  'shared-signals': 'Receivers that follow the published keys notice nothing.',
}

const Replace = ({ of, onReplaced, onClose }: ReplaceParts) => (
  <Decide
    title={`Replace the key of ${signsTexts[of].name.toLowerCase()}?`}
    grave
    confirm="Put the stand-by in its place"
    operation="orderKeys.replace"
    parts={reason => ({ body: { of, reason } })}
    asksReason
    done="The stand-by signs from here on."
    onDone={onReplaced}
    onClose={onClose}
  >
    <p>
      Do it when the key itself is compromised, or whoever could read it. It cannot be undone: the old key is
      believed no longer.
    </p>
    <p>{after[of]}</p>
  </Decide>
)
