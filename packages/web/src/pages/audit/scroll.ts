// Scrolling over more rows than a browser can be high. An element ends at some tens of millions of pixels, and a million rows are more. So
// what scrolls is of a bounded height, and stands for the whole: at rest, how far it is scrolled is how far one is in the whole. A
// small step (a wheel, a key, a finger) moves by its own pixels, and what is shown follows it exactly; a leap (the bar was dragged, the end
// key) goes to where it points. Pure: the numbers in, the numbers out.

export interface Measures {
  count: number
  rowHeight: number
  viewHeight: number
  /** One row that is open, and how much higher it is; null: none. */
  open: { at: number; height: number } | null
}

/** Far below what any browser ends at. */
const mostPixels = 6_000_000

export const wholeHeight = ({ count, rowHeight, open }: Measures): number =>
  count * rowHeight + (open?.height ?? 0)

export const frameHeight = (measures: Measures): number => Math.min(wholeHeight(measures), mostPixels)

/** `top`: of the whole; `shift`: what the whole is ahead of what is scrolled. */
export interface Place {
  top: number
  shift: number
}

export const startPlace: Place = { top: 0, shift: 0 }

const farthest = (whole: number, view: number) => Math.max(0, whole - view)

/** Where one is, once it has been scrolled from `before` to `scrollTop`. */
export function scrolled(measures: Measures, before: Place, scrollTop: number): Place {
  const scrolledBefore = before.top - before.shift
  const isLeap = Math.abs(scrollTop - scrolledBefore) > 2 * measures.viewHeight
  if (isLeap) return pointed(measures, scrollTop)
  const top = clamp(before.top + scrollTop - scrolledBefore, measures)
  return { top, shift: top - scrollTop }
}

function pointed(measures: Measures, scrollTop: number): Place {
  const { viewHeight } = measures
  const range = farthest(frameHeight(measures), viewHeight)
  const whole = farthest(wholeHeight(measures), viewHeight)
  const top = clamp(range === whole ? scrollTop : Math.round((scrollTop / range) * whole), measures)
  return { top, shift: top - scrollTop }
}

/** What has to be scrolled for that place to be at rest: the same rows, and the bar where it belongs. */
export function restOf(measures: Measures, top: number): { place: Place; scrollTop: number } {
  const { viewHeight } = measures
  const whole = farthest(wholeHeight(measures), viewHeight)
  const range = farthest(frameHeight(measures), viewHeight)
  const at = clamp(top, measures)
  const scrollTop = whole === 0 ? 0 : Math.round((at / whole) * range)
  return { place: { top: at, shift: at - scrollTop }, scrollTop }
}

/** It has drifted so far that small steps come to an end where the whole has none. */
export function isAtFalseEnd(measures: Measures, { top, shift }: Place): boolean {
  const { viewHeight } = measures
  const scrollTop = top - shift
  const range = farthest(frameHeight(measures), viewHeight)
  const whole = farthest(wholeHeight(measures), viewHeight)
  const isBarAtEnd = scrollTop <= viewHeight || scrollTop >= range - viewHeight
  const isWholeAtEnd = top <= viewHeight || top >= whole - viewHeight
  return isBarAtEnd !== isWholeAtEnd
}

const clamp = (top: number, measures: Measures) =>
  Math.min(Math.max(0, top), farthest(wholeHeight(measures), measures.viewHeight))

/** The rows to draw, with some around them. */
export function rowsAt(measures: Measures, top: number, around = 8): { first: number; last: number } {
  const { count, rowHeight, viewHeight, open } = measures
  if (count === 0) return { first: 0, last: -1 }
  const rowOf = (y: number) => {
    if (open === null || y < (open.at + 1) * rowHeight) return Math.floor(y / rowHeight)
    return Math.max(open.at, Math.floor((y - open.height) / rowHeight))
  }
  return {
    first: Math.max(0, rowOf(top) - around),
    last: Math.min(count - 1, rowOf(top + viewHeight) + around),
  }
}

export interface Drawn {
  first: number
  last: number
  shift: number
}

/** A few at a time: for each pixel the same, for each row too often. */
const inSteps = 4

export function drawnAt(measures: Measures, { top, shift }: Place): Drawn {
  const { first, last } = rowsAt(measures, top)
  return {
    first: Math.floor(first / inSteps) * inSteps,
    last: Math.min(measures.count - 1, Math.ceil((last + 1) / inSteps) * inSteps - 1),
    shift,
  }
}

export function topOf({ rowHeight, open }: Measures, row: number): number {
  return row * rowHeight + (open !== null && row > open.at ? open.height : 0)
}
