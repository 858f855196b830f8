// Places the nodes in a thread of its own: two hundred of them take longer than a page may stand still.
import { layoutOf, type ToPlace } from './layout.ts'

interface Asked {
  id: number
  graph: ToPlace
}

const scope = globalThis as unknown as {
  onmessage: ((event: { data: Asked }) => void) | null
  postMessage: (message: unknown) => void
}

scope.onmessage = ({ data: { id, graph } }) => {
  try {
    scope.postMessage({ id, placed: layoutOf(graph) })
  } catch (error) {
    scope.postMessage({ id, fault: error instanceof Error ? error.message : String(error) })
  }
}
