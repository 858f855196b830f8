// Has a graph placed: by a thread of its own, or where there is none to be had, here.
import type { Placed, ToPlace } from './layout.ts'

interface Answered {
  id: number
  placed?: Placed
  fault?: string
}

let thread: Worker | null = null
let lastId = 0
/** A map that stands still for a moment is better than none. */
const patienceMs = 5_000
const waiting = new Map<number, { done: (placed: Placed) => void; failed: (error: Error) => void }>()

export function place({ nodes, edges }: ToPlace): Promise<Placed> {
  // Only what is needed for it: the rest would be copied for nothing.
  const graph: ToPlace = {
    nodes: nodes.map(({ id, width, height }) => ({ id, width, height })),
    edges: edges.map(({ from, to }) => ({ from, to })),
  }
  thread ??= begin()
  if (thread === null) return here(graph)
  const id = ++lastId
  return new Promise<Placed>((done, failed) => {
    waiting.set(id, { done, failed })
    thread?.postMessage({ id, graph })
    setTimeout(() => failed(new Error('the thread for layouts does not answer')), patienceMs)
  }).catch(() => here(graph))
}

const here = async (graph: ToPlace) => (await import('./layout.ts')).layoutOf(graph)

function begin(): Worker | null {
  try {
    const fresh = new Worker(new URL('./layout-child.ts', import.meta.url), { type: 'module' })
    fresh.onmessage = ({ data }: MessageEvent<Answered>) => {
      const one = waiting.get(data.id)
      waiting.delete(data.id)
      if (data.placed !== undefined) one?.done(data.placed)
      else one?.failed(new Error(data.fault))
    }
    fresh.onerror = () => {
      thread = null
      for (const one of waiting.values()) one.failed(new Error('the thread for layouts has ended'))
      waiting.clear()
    }
    return fresh
  } catch {
    return null
  }
}
