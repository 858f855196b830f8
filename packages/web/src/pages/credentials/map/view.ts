// What part of the map is looked at: moved and scaled, but never out of sight.

export interface View {
  x: number
  y: number
  scale: number
}
export interface Size {
  width: number
  height: number
}

export const smallest = 0.15
export const largest = 2
/** Smaller than this, names are not read. */
const readable = 0.75
const edge = 16

/** The whole of it, where it can be read then; else its beginning, at the height at which it begins. */
export function fitted(content: Size, frame: Size, beginY: number): View {
  const whole = Math.min(
    (frame.width - 2 * edge) / content.width,
    (frame.height - 2 * edge) / content.height,
    1,
  )
  const wide = Math.min((frame.width - 2 * edge) / content.width, 1)
  const scale = clamp(whole >= readable ? whole : Math.max(whole, Math.min(wide, readable)), smallest, 1)
  const space = frame.height - content.height * scale
  const y = space >= 2 * edge ? space / 2 : clamp(frame.height / 2 - beginY * scale, space - edge, edge)
  return { x: edge, y, scale }
}

/** As much as is there: all of it, however small. */
export function whole(content: Size, frame: Size): View {
  const scale = clamp(
    Math.min((frame.width - 2 * edge) / content.width, (frame.height - 2 * edge) / content.height),
    smallest,
    1,
  )
  return {
    x: (frame.width - content.width * scale) / 2,
    y: (frame.height - content.height * scale) / 2,
    scale,
  }
}

/** What lies under the point stays there. */
export function zoomed(view: View, factor: number, at: { x: number; y: number }): View {
  const scale = clamp(view.scale * factor, smallest, largest)
  const by = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }
}

/** A piece of it stays in the frame, so that nobody loses it. */
export function moved(view: View, by: { x: number; y: number }, content: Size, frame: Size): View {
  const least = 60
  return {
    ...view,
    x: clamp(view.x + by.x, least - content.width * view.scale, frame.width - least),
    y: clamp(view.y + by.y, least - content.height * view.scale, frame.height - least),
  }
}

/** So that a box is seen, moved as little as can be. */
export function showing(view: View, box: { x: number; y: number } & Size, frame: Size): View {
  const axis = (offset: number, from: number, length: number, space: number) => {
    const start = offset + from * view.scale
    const end = start + length * view.scale
    if (start < edge) return offset + edge - start
    return end > space - edge ? offset - Math.min(end - space + edge, start - edge) : offset
  }
  return {
    ...view,
    x: axis(view.x, box.x, box.width, frame.width),
    y: axis(view.y, box.y, box.height, frame.height),
  }
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(value, least), Math.max(least, most))
