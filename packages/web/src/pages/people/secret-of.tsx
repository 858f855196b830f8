// A secret that was made for somebody outside, with where they send to.
import { addressOf, type Operation, type Parts } from '../../api/ask.ts'
import { Copied } from '../../parts/copy.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'

export interface Shown {
  title: string
  label: string
  secret: string
  /** Where they send to, if they send. */
  address?: string
  how: string
}

/** As whoever is outside has to write it: the address of this page is one that reaches the control plane. */
export const outsideAddress = <O extends Operation>(operation: O, parts: Parts<O>): string =>
  new URL(addressOf(operation, parts), document.baseURI).href

export function SecretOf({ title, label, secret, address, how, onClose }: Shown & { onClose: () => void }) {
  return (
    <ShownOnce title={title} label={label} secret={secret} onClose={onClose}>
      <p>{how}</p>
      {address !== undefined && <Copied label="Where it sends to" text={address} />}
    </ShownOnce>
  )
}
