// A person answers for a holder that cannot confirm: it was unplugged, or is known to be gone.
import { put } from '../../api/cache.ts'
import { Decide } from '../../parts/decide.tsx'

export interface Silent {
  credential: string
  consumer: string
  instance: string
}

export function Dismiss({ kill, silent, onClose }: { kill: string; silent: Silent; onClose: () => void }) {
  const { credential, consumer, instance } = silent
  return (
    <Decide
      title={`Answer for ${instance}`}
      confirm="I answer for it"
      operation="kills.dismiss"
      parts={reason => ({ params: { id: kill }, body: { credential, consumer, instance, reason } })}
      asksReason="How do you know that it holds the version no more?"
      done="It counts as confirmed, in your name."
      onDone={answer => put('kills.get', { params: { id: kill } }, answer)}
      onClose={onClose}
    >
      <p>
        This process of <strong>{consumer}</strong> has not said that it refuses the killed version. If you
        have ended it, unplugged it or seen that it is gone, say so: it then counts as confirmed, and your
        name stands beside it.
      </p>
      <p className="soft">
        It is told no less: whenever it connects, it gets the order. If it is seen to use the version, that is
        shown here.
      </p>
    </Decide>
  )
}
