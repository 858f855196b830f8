// The frame that the map is looked at through: moved and scaled by buttons, wheel, pointer and keys.
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useWidth } from '../../../parts/use-width.ts'
import type { Placed } from './layout.ts'
import type { Stop } from './stops.ts'
import { fitted, moved, type Size, showing, type View, whole, zoomed } from './view.ts'

interface ChartParts {
  placed: Placed
  /** The height at which it begins, on the left. */
  beginY: number
  label: string
  /** To be brought into sight, as soon as it is another. */
  shown: Stop | null
  children: ReactNode
}

const step = 80
const zoomStep = 1.25

export function Chart({ placed, beginY, label, shown, children }: ChartParts) {
  const [at, width] = useWidth<HTMLDivElement>()
  const height = Math.round(Math.min(Math.max(280, placed.height + 32), 620))
  const frame: Size = { width, height }
  const content: Size = placed
  const [view, setView] = useState<View | null>(null)
  const now = view ?? fitted(content, frame, beginY)
  const change = (next: (view: View) => View) =>
    setView(before => next(before ?? fitted(content, frame, beginY)))
  const move = (x: number, y: number) => change(one => moved(one, { x, y }, content, frame))
  const zoom = (factor: number, point = { x: width / 2, y: height / 2 }) =>
    change(one => zoomed(one, factor, point))
  // Another map begins at its beginning.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only then.
  useEffect(() => setView(null), [placed.width === 0])
  const shownId = shown?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: the node, and not where it stands by chance.
  useEffect(() => {
    if (shown !== null) change(one => showing(one, shown, frame))
  }, [shownId])
  const wheel = useRef({ move, zoom })
  wheel.current = { move, zoom }
  useEffect(() => {
    const element = at.current
    if (element === null) return
    const turned = (event: WheelEvent) => {
      const { left, top } = element.getBoundingClientRect()
      // Alone it moves the page, as everywhere; a wheel that took it would hold whoever only passes by.
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return
      event.preventDefault()
      if (event.shiftKey) wheel.current.move(-(event.deltaX || event.deltaY), 0)
      else
        wheel.current.zoom(Math.exp(-event.deltaY / 400), { x: event.clientX - left, y: event.clientY - top })
    }
    element.addEventListener('wheel', turned, { passive: false })
    return () => element.removeEventListener('wheel', turned)
  }, [at])
  const drag = useDrag(move)
  const pressed = (event: KeyboardEvent) => {
    const isFrame = event.target === event.currentTarget
    if (event.key === '+' || event.key === '=') zoom(zoomStep)
    else if (event.key === '-') zoom(1 / zoomStep)
    else if (event.key === '0') setView(whole(content, frame))
    else if (isFrame && event.key.startsWith('Arrow')) {
      const by = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[
        event.key
      ]
      if (by !== undefined) move(by[0]!, by[1]!)
    } else return
    event.preventDefault()
  }
  return (
    <div className="chart-box">
      <div className="row map-tools" role="group" aria-label="Move and scale the map">
        <Tool label="Larger" onPress={() => zoom(zoomStep)} text="+" />
        <Tool label="Smaller" onPress={() => zoom(1 / zoomStep)} text="−" />
        <Tool onPress={() => setView(whole(content, frame))} text="All of it" />
        <Tool onPress={() => setView(fitted(content, frame, beginY))} text="To the beginning" />
        <Tool label="Move left" onPress={() => move(step, 0)} text="←" />
        <Tool label="Move right" onPress={() => move(-step, 0)} text="→" />
        <Tool label="Move up" onPress={() => move(0, step)} text="↑" />
        <Tool label="Move down" onPress={() => move(0, -step)} text="↓" />
        <span className="small soft">{Math.round(now.scale * 100)} %</span>
      </div>
      <div
        ref={at}
        className="map-frame"
        tabIndex={0}
        role="group"
        aria-label={label}
        onKeyDown={pressed}
        {...drag}
      >
        <svg width={width} height={height}>
          <g transform={`translate(${now.x} ${now.y}) scale(${now.scale})`}>{children}</g>
        </svg>
      </div>
      <p className="small soft">
        Arrow keys lead from node to node, Enter shows what hangs together, Escape shows all again. Plus,
        minus and 0 scale; so does the wheel with Ctrl.
      </p>
    </div>
  )
}

const Tool = ({ label, text, onPress }: { label?: string; text: string; onPress: () => void }) => (
  <button type="button" className="icon" aria-label={label} title={label} onClick={onPress}>
    {text}
  </button>
)

/** With the pointer; a press that does not move is for the node beneath. */
function useDrag(move: (x: number, y: number) => void) {
  const from = useRef<{ x: number; y: number; isMoving: boolean } | null>(null)
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button === 0) from.current = { x: event.clientX, y: event.clientY, isMoving: false }
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const last = from.current
      if (last === null) return
      const [x, y] = [event.clientX - last.x, event.clientY - last.y]
      if (!last.isMoving && Math.hypot(x, y) < 5) return
      if (!last.isMoving) event.currentTarget.setPointerCapture(event.pointerId)
      from.current = { x: event.clientX, y: event.clientY, isMoving: true }
      move(x, y)
    },
    onPointerUp: () => {
      from.current = null
    },
    onPointerCancel: () => {
      from.current = null
    },
  }
}
