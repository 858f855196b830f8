// The page that the set-up link leads to: who you are, and a password. The token stands behind the # of the address, where browsers
// do not send it from; the script takes it from there, and out of the address at once.
import { passwordLength } from '../access/password.ts'
import { pageStyle } from './page-style.ts'

export const setUpPage = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Set up Rekey</title><style>${pageStyle}
main{max-width:28rem;margin:10vh auto 0}label{display:block;margin:1rem 0 .25rem;font-weight:600}small{display:block}
input{width:100%;padding:.55rem .65rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--soft);border-radius:.3rem}
button{margin-top:1.5rem;padding:.6rem 1.2rem;font:inherit;font-weight:600;color:var(--paper);background:var(--mark);border:0;border-radius:.3rem;cursor:pointer}
:focus-visible{outline:3px solid var(--mark);outline-offset:2px}[role=alert]:not(:empty),[role=status]:not(:empty){margin-top:1.25rem;padding:.75rem 1rem;border-left:4px solid var(--mark)}</style>
<script src="set-up.js" defer></script></head><body><main><h1>Set up Rekey</h1>
<p>Nobody is registered yet. Whoever is first may do everything, and lets the others in.</p>
<form id="form" autocomplete="on">
<label for="id">Id</label><input id="id" name="username" required pattern="[a-z0-9]([a-z0-9._\\-]{0,98}[a-z0-9])?" autocomplete="username" autocapitalize="none" spellcheck="false" aria-describedby="id-about"><small id="id-about">Small letters, digits, dots and hyphens. It stands in the record for good.</small>
<label for="name">Name</label><input id="name" name="name" required maxlength="200" autocomplete="name">
<label for="password">Password</label><input id="password" name="password" type="password" required minlength="${passwordLength.min}" maxlength="${passwordLength.max}" autocomplete="new-password" aria-describedby="password-about"><small id="password-about">At least ${passwordLength.min} characters; a few random words are good.</small>
<button type="submit">Begin</button></form>
<p role="alert" id="fault"></p><p role="status" id="done"></p>
<noscript><p>This page needs its script. Without one: <code>rekey api POST /setup -</code></p></noscript></main></body></html>`

export const setUpScript = `const token = location.hash.slice(1)
history.replaceState(null, '', location.pathname)
const at = id => document.getElementById(id)
if (token === '') at('fault').textContent = 'The address lacks its end, after the #: open the whole link that the start printed.'
at('form').addEventListener('submit', async event => {
  event.preventDefault()
  const button = event.target.querySelector('button')
  button.disabled = true
  at('fault').textContent = ''
  try {
    const answer = await fetch('api/v1/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, id: at('id').value, name: at('name').value, password: at('password').value }),
    })
    const said = await answer.json()
    if (answer.ok) {
      event.target.remove()
      at('done').textContent = 'You are ' + said.person.name + ', and signed in. The API is described at /docs; docs/first-agent.md protects a first agent.'
      return
    }
    at('fault').textContent = [said.detail ?? said.title, said.how].filter(Boolean).join(' ')
  } catch {
    at('fault').textContent = 'The control plane does not answer. Nothing was lost: try again.'
  }
  button.disabled = false
})
`
