// Holds streams open: as many as it is told, for agents whose requests come on standard input. It says how many are open, and
// how many have heard a message.
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const { hostname, port } = new URL(process.argv[2] ?? '')
let open = 0
let heard = 0
let failed = 0
const waiting: string[] = []
let connecting = 0

function next(): void {
  while (connecting < 200 && waiting.length > 0) {
    connecting++
    const request = waiting.shift()!
    let isOpen = false
    const socket = connect(Number(port), hostname, () => socket.write(request))
    socket.setNoDelay(true)
    const settle = (isGood: boolean) => {
      if (isOpen) return
      isOpen = true
      connecting--
      if (isGood) open++
      else failed++
      next()
    }
    socket.on('data', part => {
      const text = part.toString('latin1')
      if (!isOpen) settle(text.startsWith('HTTP/1.1 200'))
      if (text.includes('"type":"look"')) heard++
    })
    socket.on('error', () => settle(false))
    socket.on('close', () => settle(false))
  }
}

const lines = createInterface({ input: process.stdin })
lines.on('line', line => {
  waiting.push(`${JSON.parse(line) as string}`)
  next()
})
setInterval(() => console.log(JSON.stringify({ open, heard, failed })), 250)
