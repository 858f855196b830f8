// The path class of a consumer as a shape and a word.
import type { ReactNode } from 'react'

export type PathClass = 'primary' | 'background' | 'exception'

/** Within ten by ten, for whoever draws them in a picture of his own. */
export const pathShapes: Record<PathClass, ReactNode> = {
  primary: <circle cx="5" cy="5" r="4.5" />,
  background: <path d="M.8.8h8.4v8.4H.8z" />,
  exception: <path d="M5 0l5 5-5 5-5-5z" />,
}

export const PathMark = ({ is }: { is: PathClass }) => (
  <span className="path-mark" data-is={is}>
    <svg viewBox="0 0 10 10" aria-hidden="true">
      {pathShapes[is]}
    </svg>
    {is}
  </span>
)
