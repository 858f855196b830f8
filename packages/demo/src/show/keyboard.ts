// Keys of a terminal, and what they do. It takes them one by one, and gives the terminal back as it was.
import type { ReadStream } from 'node:tty'
import type { ActNumber } from './stage.ts'

export interface Commands {
  pauseOrGo(): void
  jump(act: ActNumber): void
  next(): void
  quit(): void
}

const controlC = '\u0003'

export function listen(input: ReadStream, commands: Commands): () => void {
  const heard = (text: string) => {
    for (const key of text) {
      if (key === ' ') commands.pauseOrGo()
      else if (key === 'r') commands.jump(1)
      else if (key === 'n') commands.next()
      else if (key === '1' || key === '2' || key === '3') commands.jump(Number(key) as ActNumber)
      else if (key === 'q' || key === controlC) commands.quit()
    }
  }
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.on('data', heard)
  return () => {
    input.off('data', heard)
    input.setRawMode(false)
    input.pause()
  }
}
