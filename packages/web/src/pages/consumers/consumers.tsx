// Consumers: all of them, a new one, and one of them.
import { useAddress } from '../../address.ts'
import { ConsumerPage } from './consumer.tsx'
import { EditConsumer } from './edit.tsx'
import { ConsumerList } from './list.tsx'

export function ConsumersPage() {
  const [, credential, id, part] = useAddress().parts
  if (credential === undefined) return <ConsumerList />
  // Somebody may be called so too: then the address has one part more.
  if (id === undefined || (id === 'new' && part === undefined))
    return <EditConsumer key={`new ${credential}`} credential={credential} id={null} />
  if (part === 'edit')
    return <EditConsumer key={`edit ${credential} ${id}`} credential={credential} id={id} />
  return <ConsumerPage key={`${credential} ${id}`} credential={credential} id={id} />
}
