// Draws the stage from what the demo sends, and sends what is pressed. Everything is put in as text; nothing is read as markup.
const at = id => document.getElementById(id)
const signs = { ok: '●', old: '▲', broken: '✕', idle: '○' }
const svg = 'http://www.w3.org/2000/svg'
const slots = 28

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function shape(name, attributes) {
  const made = document.createElementNS(svg, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}

const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text
}

const clock = ms => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`

// ---- cards

const cards = new Map()

function cardFor({ id, name }) {
  const known = cards.get(id)
  if (known) return known
  const root = element('li', 'card')
  const head = element('header')
  const held = element('span', 'held')
  head.append(element('h3', '', name), held)
  const how = element('p', 'how')
  const foot = element('div', 'foot')
  const word = element('span', 'word')
  const figures = element('span', 'figures')
  foot.append(word, figures)
  const strip = shape('svg', {
    viewBox: `0 0 ${slots * 10} 12`,
    preserveAspectRatio: 'none',
    class: 'strip',
    'aria-hidden': 'true',
  })
  const ticks = Array.from({ length: slots }, (_, slot) => {
    const tick = shape('rect', { x: slot * 10 + 1, width: 8, y: 10, height: 2, rx: 1 })
    strip.append(tick)
    return tick
  })
  root.append(head, how, foot, strip)
  at('cards').append(root)
  const made = { root, held, how, word, figures, ticks }
  cards.set(id, made)
  return made
}

const heights = { ok: 12, old: 12, broken: 12, idle: 5 }

function drawCard(card) {
  const { root, held, how, word, figures, ticks } = cardFor(card)
  root.className = `card ${card.tone}`
  setText(held, card.held === '–' ? 'no token yet' : card.held)
  setText(how, card.how)
  setText(word, `${signs[card.tone]} ${card.word}`)
  const counts = [`${card.done} done`]
  if (card.failed > 0) counts.push(`${card.failed} lost`)
  if (card.degraded > 0) counts.push(`${card.degraded} worse`)
  if (figures.dataset.text !== counts.join()) {
    figures.dataset.text = counts.join()
    figures.replaceChildren(counts[0])
    for (const harm of counts.slice(1)) figures.append(' · ', element('b', '', harm))
  }
  const empty = slots - card.recent.length
  ticks.forEach((tick, slot) => {
    const tone = slot < empty ? '' : card.recent[slot - empty]
    const height = heights[tone] ?? 2
    tick.setAttribute('class', tone)
    tick.setAttribute('height', String(height))
    tick.setAttribute('y', String(12 - height))
  })
}

// ---- what was said

let firstSaid = 0
let lastSaid = 0
let lastAct = -1

function drawSaid(said) {
  const list = at('told')
  const first = said[0]?.number ?? 0
  // It began anew.
  if (first !== firstSaid) {
    list.replaceChildren()
    firstSaid = first
    lastSaid = 0
    lastAct = -1
  }
  const fresh = said.filter(line => line.number > lastSaid)
  if (fresh.length === 0) return
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 60
  for (const { act, atMs, tone, text, number } of fresh) {
    const line = element('li')
    const body = element('span', tone)
    if (act !== lastAct && act > 0) body.append(element('span', 'act', `Act ${act}`))
    lastAct = act
    body.append(text.trim())
    line.append(element('time', '', clock(atMs)), body)
    list.append(line)
    lastSaid = number
  }
  const latest = fresh.at(-1)
  setText(at('status'), latest.text.trim())
  at('status').className = `lead ${latest.tone}`
  if (follows) list.scrollTop = list.scrollHeight
}

// ---- keys, demands, the kill

const keyWords = { good: '', revoked: ' revoked', disabled: ' disabled', dead: ' destroyed' }

function drawKeys(keys) {
  const texts = keys.map(key => `${key.label}${keyWords[key.state]}`)
  if (at('keys').dataset.text === texts.join()) return
  at('keys').dataset.text = texts.join()
  at('keys').replaceChildren(...keys.map((key, place) => element('li', key.state, texts[place])))
}

function drawDemands(step, demands) {
  at('rekey').hidden = step === null && demands.length === 0
  setText(at('step'), step === null ? 'The rotation is over.' : `Rekey ${step}`)
  const state = JSON.stringify(demands)
  if (at('demands').dataset.state === state) return
  at('demands').dataset.state = state
  at('demands').replaceChildren(
    ...demands.map(({ gate, text, isMet }) => {
      const line = element('li', isMet ? 'met' : '')
      const body = element('span')
      body.append(
        element('span', 'text', text.replace(/, last at \S+$/, '')),
        ' ',
        element('span', 'gate', `gate ${gate}`),
      )
      const sign = element('span', 'sign', isMet ? '✓' : '✕')
      sign.setAttribute('role', 'img')
      sign.setAttribute('aria-label', isMet ? 'shown' : 'missing')
      line.append(sign, body)
      return line
    }),
  )
}

function drawKill(kill) {
  at('kill').hidden = kill === null
  if (kill === null) return
  const { holders, providerRefusedAfterMs, attackerLastUseAfterMs } = kill
  const rows = holders.map(({ name, afterMs, isConfirmed }) => ({
    name,
    kind: '',
    ms: afterMs,
    text: afterMs !== null ? `${afterMs} ms` : isConfirmed ? 'ended' : 'not yet',
  }))
  const ms = (name, kind, value) => ({
    name,
    kind,
    ms: value,
    text: value === null ? 'not yet' : `${value} ms`,
  })
  rows.push(ms('Docstore refuses it', 'provider', providerRefusedAfterMs))
  if (attackerLastUseAfterMs !== null && attackerLastUseAfterMs > 0)
    rows.push(ms('The attacker, for the last time', 'attacker', attackerLastUseAfterMs))
  const most = Math.max(1, ...rows.map(row => row.ms ?? 0))
  at('bars').replaceChildren(
    ...rows.map(({ name, kind, ms: value, text }) => {
      const line = element('li', kind)
      const bar = shape('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' })
      bar.append(
        shape('rect', { class: 'rail', width: 100, height: 6 }),
        shape('rect', {
          class: 'fill',
          width: value === null ? 0 : Math.max(1, (100 * value) / most),
          height: 6,
        }),
      )
      line.append(element('span', '', name), element('span', 'soft', text), bar)
      return line
    }),
  )
  const uses = `The attacker was in ${kill.attackerUses} times`
  setText(at('attacker'), `${uses}, and was refused ${kill.attackerRefused} times since.`)
}

// ---- all of it

function draw(shown) {
  drawSaid(shown.said)
  shown.cards.forEach(drawCard)
  drawKeys(shown.keys)
  drawDemands(shown.act === 1 ? null : shown.step, shown.act === 2 ? shown.demands : [])
  drawKill(shown.kill)
  for (const [id, value] of [
    ['done', shown.jobs.done],
    ['lost', shown.jobs.failed],
    ['worse', shown.jobs.degraded],
  ]) {
    setText(at(id), String(value))
    if (id !== 'done') at(id).className = value > 0 ? 'broken' : ''
  }
  for (const button of document.querySelectorAll('[data-act]')) {
    const act = Number(button.dataset.act)
    if (act === shown.act) button.setAttribute('aria-current', 'step')
    else button.removeAttribute('aria-current')
    const result = button.querySelector('.result')
    button.dataset.usual ??= result.textContent
    setText(result, shown.results[act] ?? button.dataset.usual)
    button.classList.toggle('played', shown.results[act] !== undefined)
  }
  setText(at('pause'), shown.isOver ? 'The end' : shown.isPaused ? 'Go on' : 'Pause')
  at('pause').disabled = shown.isOver
  at('next').disabled = shown.act === 3
  const { dashboard } = shown
  at('starting').hidden = dashboard !== null
  at('dashboard').hidden = dashboard === null
  if (dashboard !== null) {
    at('open').href = dashboard.address
    setText(at('person'), dashboard.person)
    setText(at('password'), dashboard.password)
  }
}

async function order(what) {
  await fetch('/do', { method: 'POST', body: JSON.stringify(what) }).catch(() => undefined)
}

at('pause').addEventListener('click', () => order({ do: 'pause-or-go' }))
at('next').addEventListener('click', () => order({ do: 'next' }))
at('again').addEventListener('click', () => order({ do: 'act', act: 1 }))
for (const button of document.querySelectorAll('[data-act]')) {
  button.addEventListener('click', () => order({ do: 'act', act: Number(button.dataset.act) }))
}

const events = new EventSource('/events')
events.addEventListener('message', event => draw(JSON.parse(event.data)))
events.addEventListener('error', () => setText(at('status'), 'The demo does not answer. It may have ended.'))
