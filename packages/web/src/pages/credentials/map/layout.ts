// Where each node of the map stands: from the target on the left to those who come by it last, on the right (dagre).
import { Graph, layout } from '@dagrejs/dagre'

export interface Box {
  id: string
  width: number
  height: number
}
export interface ToPlace {
  nodes: readonly Box[]
  edges: readonly { from: string; to: string }[]
}
/** Left upper corners. */
export interface Placed {
  at: Record<string, { x: number; y: number }>
  width: number
  height: number
}

const between = { ranks: 64, nodes: 14 }

export function layoutOf({ nodes, edges }: ToPlace): Placed {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: between.ranks, nodesep: between.nodes })
  graph.setDefaultEdgeLabel(() => ({}))
  // It puts what it is told last on top.
  for (const { id, width, height } of nodes.toReversed()) graph.setNode(id, { width, height })
  for (const { from, to } of edges.toReversed()) graph.setEdge(from, to)
  layout(graph)
  const at: Placed['at'] = {}
  // Each rank begins at its left edge: nodes of different widths in one rank stand in line.
  const columns = new Map<number, number>()
  for (const { id } of nodes) {
    const { x, width } = graph.node(id) as { x: number; width: number }
    columns.set(x, Math.min(columns.get(x) ?? Number.POSITIVE_INFINITY, x - width / 2))
  }
  let [right, bottom] = [0, 0]
  for (const { id, width, height } of nodes) {
    const { x, y } = graph.node(id) as { x: number; y: number }
    at[id] = { x: columns.get(x)!, y: y - height / 2 }
    right = Math.max(right, columns.get(x)! + width)
    bottom = Math.max(bottom, y + height / 2)
  }
  return { at, width: right, height: bottom }
}
