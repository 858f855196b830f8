// The map as a drawing: placed in a thread of its own, searched, and looked into node by node.
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ConsumerRecord } from '../../consumers/words.ts'
import { Chart } from './chart.tsx'
import { FocusCard } from './focus-card.tsx'
import { eachUpTo, graphOf, type MapGraph, neighbourhood, size, targetId } from './graph.ts'
import type { Placed } from './layout.ts'
import { place } from './place.ts'
import { Scene } from './scene.tsx'
import { nextStop, stopsOf } from './stops.ts'

interface DrawingParts {
  credential: { id: string; name: string; target: string }
  consumers: readonly ConsumerRecord[]
  /** Whoever is searched for; null: nobody is. */
  found: ReadonlySet<string> | null
}

export function Drawing({ credential, consumers, found }: DrawingParts) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [focus, setFocus] = useState<string | null>(null)
  const [stop, setStop] = useState(targetId)
  const [moved, setMoved] = useState<string | null>(null)
  const graph = useMemo(
    () => graphOf(credential.target, consumers, opened),
    [credential.target, consumers, opened],
  )
  const drawn = usePlaced(graph)
  const box = useRef<HTMLDivElement>(null)
  const stops = useMemo(() => (drawn === null ? [] : stopsOf(drawn.graph, drawn.placed)), [drawn])
  const lit = useMemo(() => {
    if (drawn === null || focus === null) return null
    return neighbourhood(drawn.graph, drawn.graph.shownBy.get(consumerIn(focus)) ?? focus)
  }, [drawn, focus])
  const groups = graph.nodes.filter(one => one.is === 'group')
  const onPress = useCallback((id: string) => {
    setStop(id)
    if (id.startsWith('group ')) return setOpened(before => toggled(before, id))
    setFocus(before => (before === id ? null : id))
  }, [])
  const onKey = useCallback(
    (event: KeyboardEvent, id: string) => {
      if (event.key === 'Enter' || event.key === ' ') onPress(id)
      else if (event.key === 'Escape') setFocus(null)
      else {
        const next = nextStop(stops, id, event.key)
        if (next === null) return
        setStop(next.id)
        setMoved(next.id)
        // It takes the focus when it has become the one that a Tab comes to.
        requestAnimationFrame(() =>
          box.current
            ?.querySelector<SVGGElement>(`[data-node="${CSS.escape(next.id)}"]`)
            ?.focus({ preventScroll: true }),
        )
      }
      event.preventDefault()
      event.stopPropagation()
    },
    [onPress, stops],
  )
  if (drawn === null) return <p className="loading">The map is being drawn …</p>
  // A node that has gone, because its group was closed, leaves the way in to the target.
  const standing = stops.some(one => one.id === stop) ? stop : targetId
  return (
    <div className="stack" ref={box}>
      {groups.length > 0 && (
        <p className="row small">
          <span>
            {consumers.length} consumers: more than {eachUpTo}, so those that are alike stand together.
          </span>
          <button type="button" onClick={() => setOpened(new Set(groups.map(one => one.id)))}>
            Open all
          </button>
          <button type="button" onClick={() => setOpened(new Set())}>
            Close all
          </button>
        </p>
      )}
      <div className="map-and-card">
        <Chart
          placed={drawn.placed}
          beginY={(drawn.placed.at[targetId]?.y ?? 0) + size.height / 2}
          label={`Map of ${credential.name}: the target, and ${consumers.length} consumers`}
          shown={stops.find(one => one.id === moved) ?? null}
        >
          <Scene
            graph={drawn.graph}
            placed={drawn.placed}
            lit={lit}
            found={found}
            focus={focus}
            stop={standing}
            onPress={onPress}
            onKey={onKey}
          />
        </Chart>
        <FocusCard
          credential={credential}
          consumers={consumers}
          focus={focus === null ? null : consumerIn(focus)}
          isTarget={focus === targetId}
          onClose={() => setFocus(null)}
        />
      </div>
    </div>
  )
}

const consumerIn = (node: string) => node.replace(/^consumer /, '')

function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(before)
  if (!next.delete(id)) next.add(id)
  return next
}

/** What is drawn stays until what replaces it has its place. */
function usePlaced(graph: MapGraph): { graph: MapGraph; placed: Placed } | null {
  const [drawn, setDrawn] = useState<{ graph: MapGraph; placed: Placed } | null>(null)
  useEffect(() => {
    let isLeft = false
    void place(graph).then(placed => isLeft || setDrawn({ graph, placed }))
    return () => {
      isLeft = true
    }
  }, [graph])
  return drawn
}
