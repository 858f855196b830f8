// All nodes and ways of the map. It is drawn anew when the map changes, and not while it is moved.
import { memo } from 'react'
import type { ConsumerRecord } from '../../consumers/words.ts'
import type { MapGraph } from './graph.ts'
import type { Placed } from './layout.ts'
import { type Doings, NodeView } from './node.tsx'

interface SceneParts extends Doings {
  graph: MapGraph
  placed: Placed
  /** The nodes that are lit; null: all are. */
  lit: ReadonlySet<string> | null
  found: ReadonlySet<string> | null
  focus: string | null
  stop: string
}

export const Scene = memo(function Scene({ graph, placed, lit, found, focus, stop, ...doings }: SceneParts) {
  const isFound = (one: ConsumerRecord) => found?.has(one.id) === true
  const isLit = (id: string) => lit === null || lit.has(id)
  return (
    <>
      {graph.edges.map(({ from, to, isSure }) => {
        const line = lineOf(graph, placed, from, to)
        return (
          line !== null && (
            <path
              key={`${from} ${to}`}
              className="way"
              d={line}
              data-sure={isSure}
              data-dim={!(isLit(from) && isLit(to)) || undefined}
            />
          )
        )
      })}
      {graph.nodes.map(node => {
        const at = placed.at[node.id]
        return (
          at !== undefined && (
            <NodeView
              key={node.id}
              node={node}
              x={at.x}
              y={at.y}
              isDim={!isLit(node.id)}
              isFound={isFound}
              isFocus={id => id === focus}
              isStop={id => id === stop}
              {...doings}
            />
          )
        )
      })}
    </>
  )
})

function lineOf({ nodes }: MapGraph, { at }: Placed, from: string, to: string): string | null {
  const [a, b] = [at[from], at[to]]
  const [start, end] = [nodes.find(one => one.id === from), nodes.find(one => one.id === to)]
  if (a === undefined || b === undefined || start === undefined || end === undefined) return null
  const [x1, y1] = [a.x + start.width, a.y + start.height / 2]
  const [x2, y2] = [b.x, b.y + end.height / 2]
  const bend = Math.max(24, Math.abs(x2 - x1) / 2)
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
