// Where a browser itself comes to an address of the API: on its way back from a sign-on provider. It is sent on to the dashboard, by
// an address that is relative, for nobody here knows what stands before /api; a program is answered as everywhere.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { usualHeaders } from './call.ts'

export const isBrowser = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  headers.accept?.includes('text/html') === true

/** From /api/v1/session/sign-on/:provider/done. */
const up = '../../../../../'

export function sentToDashboard(reply: FastifyReply): void {
  sent(reply, up)
}

/** In words, behind the #: nobody is sent them. */
export function sentToSignIn(reply: FastifyReply, failed: string): void {
  sent(reply, `${up}#/sign-in?failed=${encodeURIComponent(failed.slice(0, longest))}`)
}

const longest = 500

function sent(reply: FastifyReply, to: string): void {
  // The address has the provider's code in it, which is no business of whatever comes next.
  void reply.headers({ ...usualHeaders, 'referrer-policy': 'no-referrer' }).redirect(to, 303)
}
