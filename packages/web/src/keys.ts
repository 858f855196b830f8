// Keys that work anywhere, but not while somebody types, and not in a dialog.
import { go, to } from './address.ts'
import { places } from './places.ts'

interface Doings {
  palette: () => void
  keys: () => void
}

const sequenceMs = 1_500

export function listenKeys({ palette, keys }: Doings): () => void {
  let leaderMs = 0
  const pressed = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      if (document.querySelector('dialog[open]') === null) palette()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (document.querySelector('dialog[open]') !== null) return
    const isSecond = event.timeStamp - leaderMs < sequenceMs
    leaderMs = 0
    if (isSecond) {
      const place = places.find(one => one.key === event.key)
      if (place !== undefined) go(to(...(place.at === '' ? [] : [place.at])))
    } else if (event.key === 'g') leaderMs = event.timeStamp
    else if (event.key === '?') keys()
    else if (event.key === '/') {
      const search = document.querySelector<HTMLInputElement>('main input[type="search"]')
      if (search !== null) {
        event.preventDefault()
        search.focus()
      }
    }
  }
  addEventListener('keydown', pressed)
  return () => removeEventListener('keydown', pressed)
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
