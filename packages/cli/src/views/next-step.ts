// Which command does what a person is needed for.
import type { Answer } from '../plane/operations.ts'

export type Attention = Answer<'overview.now'>['items'][number]

/** Without `rekey`; null: it is done elsewhere. */
export function commandFor({ action, credential, rotation, subject }: Attention): string | null {
  const of = rotation ?? credential
  switch (action.do) {
    case 'lift-fence':
      return null
    case 'look-at-kill':
      return subject === null ? 'kill list' : `kill show ${subject}`
    case 'look-at-signal':
      return subject === null ? 'signal list' : `signal show ${subject}`
    case 'agree':
      return subject === null ? 'proposal list' : `proposal agree ${subject}`
    case 'claim-ghost':
      return credential === null
        ? 'ghost list'
        : `ghost claim ${credential} ${shellWord(ghostName(credential, subject))}`
    case 'open-rotation':
      return credential === null ? null : `rotation open ${credential}`
    case 'look-at-gates':
      return of === null ? null : `rotation gates ${of}`
    case 'complete-plan':
      return of === null ? null : `rotation plan ${credential ?? of}`
    case 'hand-in':
      return of === null ? null : `rotation hand-step ${of}`
    case 'retry':
    case 'resume':
    case 'retire':
    case 'release':
      return of === null ? null : `rotation ${action.do} ${of}`
  }
  // An action of a newer control plane: its own text says what it is.
  return null
}

/** A ghost is called by the name that it was seen under. */
const ghostName = (credential: string, subject: string | null) =>
  subject?.startsWith(`${credential}/`) ? subject.slice(credential.length + 1) : (subject ?? '')

/** As one word of a shell. */
export const shellWord = (text: string) =>
  /^[\w.:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
