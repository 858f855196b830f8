// Who is a ghost? A registered consumer under another name, a new one, or nobody that matters. What follows of each answer stands
// beside it, for each opens a gate.
import { useState } from 'react'
import type { Answer } from '../../api/ask.ts'
import { mayDo, needsText, usePerson } from '../../api/rights.ts'
import { useAsk } from '../../api/use.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Await, Notice } from '../../parts/notice.tsx'
import { When } from '../../parts/time.tsx'
import { ClaimForm } from './claim.tsx'
import { DismissForm } from './dismiss.tsx'

export type SeenGhost = Answer<'ghosts.list'>['items'][number]

interface WhoParts {
  credential: string
  ghost: string
  onDone: () => void
  onClose: () => void
}

type Answered = 'registered' | 'new' | 'nobody'

const answers: Record<Answered, { name: string; means: string }> = {
  registered: {
    name: 'A consumer that is registered',
    means:
      'From now on whoever is seen under this name is that consumer, and what it does counts as its evidence.',
  },
  new: {
    name: 'A consumer that nobody registered yet',
    means:
      'It joins. If a rotation is open, it owes evidence like everyone else, and approvals are asked for again.',
  },
  nobody: {
    name: 'Nobody whose work matters',
    means:
      'It holds up no retirement any more, and may lose access with the old version. Your name stands for that.',
  },
}

export function WhoIsIt({ credential, ghost, onDone, onClose }: WhoParts) {
  const ghosts = useAsk('ghosts.list', { params: { credential } })
  const about = useAsk('credentials.get', { params: { id: credential } })
  const found = ghosts.data?.items.find(one => one.id === ghost)
  if (found === undefined || found.state !== 'open' || about.data === undefined) {
    return (
      <Dialog title="Who is it?" onClose={onClose}>
        <Await asked={about.error !== null ? about : ghosts}>{() => <Gone ghost={found} />}</Await>
      </Dialog>
    )
  }
  return (
    <Open
      ghost={found}
      environment={about.data.environment}
      name={about.data.name}
      {...{ onDone, onClose }}
    />
  )
}

const Gone = ({ ghost }: { ghost: SeenGhost | undefined }) =>
  ghost?.state === 'open' ? (
    <p className="loading">Loading …</p>
  ) : (
    <Notice title={ghost === undefined ? 'This ghost is not there.' : `It is ${ghost.state} already.`}>
      <p>
        {ghost === undefined
          ? 'The link may be old, or you may not look at its credential.'
          : `By ${ghost.by ?? 'somebody'}, and it holds up nothing any more.`}
      </p>
    </Notice>
  )

interface OpenParts {
  ghost: SeenGhost
  environment: string
  name: string
  onDone: () => void
  onClose: () => void
}

function Open({ ghost, environment, name, onDone, onClose }: OpenParts) {
  const person = usePerson()
  const [answer, setAnswer] = useState<Answered>('registered')
  const may = (right: 'operate' | 'decide') => person !== null && mayDo(person, right, environment)
  const right = answer === 'nobody' ? 'decide' : 'operate'
  const lacks = may(right) ? null : needsText(right, environment)
  const intro = (
    <>
      <p>
        <strong className="breaks">{ghost.seenAs}</strong> used <strong>{name}</strong>
        {ghost.version === null
          ? ', and it is not known with which version'
          : ` with version ${ghost.version}`}
        , {ghost.count === 1 ? 'once' : `${ghost.count.toLocaleString('en-GB')} times`}, last{' '}
        <When ms={ghost.lastMs} />. Until somebody has said who that is, no old version of it is retired.
      </p>
      <fieldset className="radio-cards one-wide">
        <legend>It is</legend>
        {(Object.keys(answers) as Answered[]).map(one => (
          <label key={one} className="radio-card">
            <input type="radio" name="who" checked={answer === one} onChange={() => setAnswer(one)} />
            <span>
              <strong>{answers[one].name}</strong>
              <span className="small soft">{answers[one].means}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {lacks !== null && <Notice tone="warn">{lacks}</Notice>}
    </>
  )
  const given = { ghost, intro, lacks, onDone, onClose }
  if (answer === 'nobody') return <DismissForm {...given} />
  return <ClaimForm key={answer} {...given} isNew={answer === 'new'} />
}
