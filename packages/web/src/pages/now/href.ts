// Where the button of something that needs a person leads: to the page, with the form for it open.
import type { Attention } from '@rekey/wire'
import { to, withQuery } from '../../address.ts'

type About = Pick<Attention, 'action' | 'credential' | 'rotation' | 'subject'>

export function hrefOf({ action, credential, rotation, subject }: About): string {
  const ofRotation = (open?: string) => withQuery(to('rotations', rotation ?? ''), { do: open })
  switch (action.do) {
    case 'lift-fence':
      return to('readiness', 'fence')
    case 'look-at-kill':
      return to('kills', subject ?? '')
    case 'look-at-signal':
      return to('signals', subject ?? '')
    case 'agree':
      return withQuery(to('people', 'proposals'), { proposal: subject ?? undefined })
    case 'look-at-gates':
    case 'complete-plan':
      return ofRotation()
    case 'retry':
    case 'resume':
    case 'hand-in':
    case 'retire':
    case 'release':
      return ofRotation(action.do)
    case 'claim-ghost':
      return withQuery(to('ghosts'), { credential: credential ?? undefined, ghost: subject ?? undefined })
    case 'open-rotation':
      return withQuery(to('credentials', credential ?? ''), { do: 'rotate' })
  }
}
