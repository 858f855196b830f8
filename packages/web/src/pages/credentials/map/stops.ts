// From node to node by arrow keys: to the nearest one in that direction.
import { type MapGraph, member, nodeIdOf, placeIn, targetId } from './graph.ts'
import type { Placed } from './layout.ts'

export interface Stop {
  id: string
  x: number
  y: number
  width: number
  height: number
}

export function stopsOf({ nodes }: MapGraph, { at }: Placed): Stop[] {
  return nodes.flatMap(node => {
    const place = at[node.id]
    if (place === undefined) return []
    const { id, width, height } = node
    if (node.is !== 'group' || !node.isOpen) return [{ id, ...place, width, height }]
    const inner = node.members.map((one, index) => {
      const within = placeIn(node.members.length, index)
      return {
        id: nodeIdOf(one.id),
        x: place.x + within.x,
        y: place.y + within.y,
        width: member.width,
        height: member.height,
      }
    })
    return [{ id, ...place, width, height: member.head }, ...inner]
  })
}

const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const

/** null: the key leads nowhere. */
export function nextStop(stops: readonly Stop[], id: string, key: string): Stop | null {
  if (key === 'Home') return stops.find(one => one.id === targetId) ?? null
  const way = Object.hasOwn(ways, key) ? ways[key as keyof typeof ways] : null
  const from = stops.find(one => one.id === id)
  if (way === null || from === undefined) return null
  let best: { stop: Stop; far: number } | null = null
  for (const stop of stops) {
    if (stop.id === id) continue
    const [x, y] = [middle(stop).x - middle(from).x, middle(stop).y - middle(from).y]
    const ahead = x * way[0] + y * way[1]
    const aside = Math.abs(x * way[1]) + Math.abs(y * way[0])
    if (ahead < 8) continue
    const far = ahead + 2 * aside
    if (best === null || far < best.far) best = { stop, far }
  }
  return best?.stop ?? null
}

const middle = ({ x, y, width, height }: Stop) => ({ x: x + width / 2, y: y + height / 2 })
