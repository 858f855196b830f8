// A browser that is signed in: with an API token in the place of the session, for the bench is no person who types.
import type { Browser, Visit } from '../../e2e/web/browser.ts'

export async function signedIn(browser: Browser, address: string, token: string): Promise<Visit> {
  const visit = await browser.person()
  await visit.context.addCookies([{ name: 'rekey-session', value: token, url: address }])
  return visit
}
