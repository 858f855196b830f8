// One node of the map: a consumer, a group of those that are alike, the target, or somebody whom nobody registered.
import { Fragment, type KeyboardEvent, type ReactNode } from 'react'
import { pathShapes } from '../../consumers/path-mark.tsx'
import { behaviourTexts, type ConsumerRecord, reloadText } from '../../consumers/words.ts'
import { linesOf, type MapNode, member, nodeIdOf, placeIn } from './graph.ts'

export interface Doings {
  onPress: (id: string) => void
  onKey: (event: KeyboardEvent, id: string) => void
}

interface NodeParts extends Doings {
  node: MapNode
  x: number
  y: number
  /** The one that a Tab comes to. */
  isStop: (id: string) => boolean
  isFound: (consumer: ConsumerRecord) => boolean
  isFocus: (id: string) => boolean
  isDim: boolean
}

export function NodeView(parts: NodeParts) {
  const { node, x, y, isDim } = parts
  return (
    <g transform={`translate(${x} ${y})`} className="node" data-is={node.is} data-dim={isDim || undefined}>
      {drawn(parts)}
    </g>
  )
}

function drawn(parts: NodeParts): ReactNode {
  const { node } = parts
  switch (node.is) {
    case 'target':
      return (
        <Pressable
          {...parts}
          id={node.id}
          label={`${linesOf(node.text, 23, 2).join(' ')}, the target, ${node.text}`}
        >
          <rect width={node.width} height={node.height} rx="6" />
          <Lines text={node.text} y={node.height / 2} letters={23} />
        </Pressable>
      )
    case 'missing':
      return (
        <Pressable
          {...parts}
          id={node.id}
          label={`${linesOf(node.text, 23, 1)[0]} not registered, ${node.text}`}
        >
          <rect width={node.width} height={node.height} rx="6" />
          <text x="12" y="27" className="name">
            {linesOf(node.text, 23, 1)[0]}
          </text>{' '}
          <text x="12" y="46" className="note">
            not registered
          </text>
        </Pressable>
      )
    case 'consumer':
      return (
        <Consumer {...parts} consumer={node.consumer} id={node.id} width={node.width} height={node.height} />
      )
    case 'group':
      return <Group {...parts} node={node} />
  }
}

function Group(parts: NodeParts & { node: Extract<MapNode, { is: 'group' }> }) {
  const { node, isFound } = parts
  const { pathClass, behaviour, members, isOpen, width, height } = node
  const found = members.filter(isFound).length
  const what = `${members.length} ${behaviourTexts[behaviour]}s`
  const note = isOpen
    ? 'press to close'
    : found > 0
      ? `${found} found, press to open`
      : `${pathClass}, press to open`
  return (
    <>
      <rect width={width} height={height} rx="6" className={isOpen ? 'box' : 'pile'} />
      <Pressable
        {...parts}
        id={node.id}
        expanded={isOpen}
        label={`${what} ${note}${isOpen || found > 0 ? `, ${pathClass}` : ''}`}
      >
        <rect width={width} height={isOpen ? member.head - 4 : height} rx="6" className="press" />
        <Shape of={pathClass} y={isOpen ? 10 : 16} />
        <text x="30" y={isOpen ? 20 : 27} className="name">
          {what}
        </text>{' '}
        <text
          x={isOpen ? width - 12 : 30}
          y={isOpen ? 20 : 46}
          textAnchor={isOpen ? 'end' : 'start'}
          className="note"
        >
          {note}
        </text>
      </Pressable>
      {isOpen &&
        members.map((consumer, at) => {
          const place = placeIn(members.length, at)
          return (
            <g
              key={consumer.id}
              transform={`translate(${place.x} ${place.y})`}
              className="node"
              data-is="consumer"
            >
              <Consumer
                {...parts}
                consumer={consumer}
                id={nodeIdOf(consumer.id)}
                width={member.width}
                height={member.height}
              />
            </g>
          )
        })}
    </>
  )
}

interface ConsumerParts extends NodeParts {
  consumer: ConsumerRecord
  id: string
  width: number
  height: number
}

function Consumer(parts: ConsumerParts) {
  const { consumer, id, width, height, isFound } = parts
  const { name, pathClass, reload, behaviour, effects } = consumer
  const isUnknown = reload.how === 'unknown'
  const letters = Math.floor((width - 40) / 7.8)
  const names = linesOf(name, letters, 2)
  const shownName = names.join(' ')
  const [shownReload = ''] = isUnknown ? ['? reload unknown'] : linesOf(reloadText(reload), letters + 2, 1)
  // What is read out begins with what is seen; what was cut is said in full.
  const label = [
    `${shownName} ${shownReload}`,
    ...(shownName === name ? [] : [name]),
    behaviourTexts[behaviour],
    pathClass,
    ...(shownReload.endsWith('…') ? [reloadText(reload)] : []),
    ...effects,
  ].join('; ')
  const top = height / 2 - 10 - (names.length - 1) * 8
  return (
    <>
      <title>{[name, ...effects].join('\n')}</title>
      <Pressable {...parts} id={id} isFound={isFound(consumer)} label={label}>
        <rect width={width} height={height} rx="6" />
        <Shape of={pathClass} y={top - 5} />
        {names.map((line, at) => (
          <Fragment key={line}>
            <text x="30" y={top + 6 + at * 16} className="name">
              {line}
            </text>{' '}
          </Fragment>
        ))}
        <text x="30" y={top + 7 + names.length * 16} className={isUnknown ? 'note warn' : 'note'}>
          {shownReload}
        </text>
      </Pressable>
    </>
  )
}

const Shape = ({ of, y }: { of: keyof typeof pathShapes; y: number }) => (
  <svg
    x="12"
    y={y}
    width="12"
    height="12"
    viewBox="0 0 10 10"
    className="shape"
    data-is={of}
    aria-hidden="true"
  >
    {pathShapes[of]}
  </svg>
)

const Lines = ({ text, y, letters }: { text: string; y: number; letters: number }) => {
  const lines = linesOf(text, letters, 2)
  return lines.map((line, at) => (
    <Fragment key={line}>
      <text x="12" y={y + 5 + (at - (lines.length - 1) / 2) * 17} className="name">
        {line}
      </text>{' '}
    </Fragment>
  ))
}

interface PressParts extends Doings {
  id: string
  label: string
  isStop: (id: string) => boolean
  isFocus: (id: string) => boolean
  isFound?: unknown
  expanded?: boolean
  children: ReactNode
}

function Pressable({ id, label, isStop, isFocus, isFound, expanded, onPress, onKey, children }: PressParts) {
  return (
    <g
      role="button"
      tabIndex={isStop(id) ? 0 : -1}
      aria-label={label}
      data-node={id}
      data-found={isFound === true || undefined}
      data-focus={isFocus(id) || undefined}
      {...(expanded === undefined ? { 'aria-pressed': isFocus(id) } : { 'aria-expanded': expanded })}
      onClick={() => onPress(id)}
      onKeyDown={event => onKey(event, id)}
    >
      {children}
    </g>
  )
}
