// Which provider speaks to the target: searched, and chosen with what it can do and cannot prove in view.
import { useState } from 'react'
import { to } from '../../../address.ts'
import { Mark } from '../../../parts/mark.tsx'
import { type Abilities, abilitiesInWords, notProved, proofOf } from '../../providers/abilities.ts'
import { type ProviderItem, toneOf } from '../../providers/list.tsx'

interface ChoiceParts {
  all: readonly ProviderItem[]
  chosen: ProviderItem | null
  onChoose: (kind: string) => void
  fault: string | undefined
}

export function ProviderChoice({ all, chosen, onChoose, fault }: ChoiceParts) {
  const [search, setSearch] = useState('')
  if (chosen !== null) return <Chosen one={chosen} onAnother={() => onChoose('')} />
  const wanted = search.trim().toLowerCase()
  const found = all.filter(one => `${one.title} ${one.kind}`.toLowerCase().includes(wanted))
  return (
    <div className="stack">
      {fault && <p className="fault-text">{fault}</p>}
      <div className="row">
        <input
          type="search"
          className="short"
          aria-label="Search for a provider"
          placeholder="Search"
          value={search}
          onChange={event => setSearch(event.target.value)}
          // Enter would send the form.
          onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        />
        <span className="small soft" role="status">
          {found.length} of {all.length}
        </span>
      </div>
      <ul role="list" className="choices">
        {found.map(one => (
          <li key={one.kind}>
            <button type="button" className="choice" onClick={() => onChoose(one.kind)}>
              <strong>{one.title}</strong>
              <span className="small soft">{briefly(one)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="soft">
          None of that name. Any target can be rotated{' '}
          <button type="button" className="plain" onClick={() => onChoose('manual')}>
            by hand
          </button>
          ; or <a href={to('providers')}>describe it in a file</a>.
        </p>
      )}
    </div>
  )
}

function briefly(one: ProviderItem): string {
  const abilities = one.abilities as Abilities
  return [
    abilities.maxLive > 1 ? 'two valid versions' : 'one valid version',
    abilities.byHand.includes('mint') ? 'a person makes the value' : 'makes values by itself',
    `proved against ${proofOf(one.provedAgainst).short}`,
  ].join(', ')
}

function Chosen({ one, onAnother }: { one: ProviderItem; onAnother: () => void }) {
  const abilities = one.abilities as Abilities
  const not = notProved(abilities)
  return (
    <div className="stack">
      <div className="row between">
        <p>
          <strong>{one.title}</strong> <span className="soft">({one.kind})</span>{' '}
          <Mark tone={toneOf[proofOf(one.provedAgainst).is]}>
            proved against {proofOf(one.provedAgainst).short}
          </Mark>
        </p>
        <button type="button" onClick={onAnother}>
          Choose another
        </button>
      </div>
      <div className="columns">
        <div className="stack-s">
          <h3>What it can do</h3>
          <ul className="bulleted small">
            {abilitiesInWords(abilities)
              .filter(ability => ability.is !== 'cannot')
              .map(ability => (
                <li key={ability.name}>{ability.text}</li>
              ))}
          </ul>
        </div>
        <div className="stack-s">
          <h3>What it cannot prove</h3>
          {not.length === 0 ? (
            <p className="small">Nothing that a rotation asks for.</p>
          ) : (
            <ul className="bulleted small">
              {not.map(text => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </div>
  )
}
