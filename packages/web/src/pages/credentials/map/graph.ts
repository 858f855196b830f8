// The behaviour map as a graph: the target, who authenticates there, and who does so through whom. Where there are many, those that are
// alike (same way to the target, same path class, same behaviour) are one group until somebody opens it.
import { behaviourTexts, type ConsumerRecord } from '../../consumers/words.ts'

export type PathClass = ConsumerRecord['pathClass']

export type MapNode = { id: string; width: number; height: number } & (
  | { is: 'target'; text: string }
  | { is: 'consumer'; consumer: ConsumerRecord }
  /** Somebody goes through it, and nobody registered it. */
  | { is: 'missing'; text: string }
  | {
      is: 'group'
      pathClass: PathClass
      behaviour: ConsumerRecord['behaviour']
      members: ConsumerRecord[]
      isOpen: boolean
    }
)

export interface MapGraph {
  nodes: MapNode[]
  edges: { from: string; to: string; isSure: boolean }[]
  /** Of each consumer, the node that shows it. */
  shownBy: ReadonlyMap<string, string>
}

export const size = { width: 216, height: 64 }
export const member = { width: 216, height: 64, gap: 8, head: 34, edge: 10 }
export const columnsOf = (count: number) => Math.max(1, Math.min(5, Math.round(Math.sqrt(count / 2))))

/** Up to so many, each stands for itself. */
export const eachUpTo = 30
const fewestInGroup = 3

export const targetId = 'target'
export const nodeIdOf = (consumer: string) => `consumer ${consumer}`
const missingId = (through: string) => `missing ${through}`

const classes: readonly PathClass[] = ['primary', 'background', 'exception']
const order = (a: ConsumerRecord, b: ConsumerRecord) =>
  classes.indexOf(a.pathClass) - classes.indexOf(b.pathClass) ||
  behaviourTexts[a.behaviour].localeCompare(behaviourTexts[b.behaviour]) ||
  a.name.localeCompare(b.name)

export function graphOf(
  target: string,
  consumers: readonly ConsumerRecord[],
  opened: ReadonlySet<string>,
): MapGraph {
  const known = new Map(consumers.map(one => [one.id, one]))
  const parents = new Set(
    consumers.flatMap(one => (one.access.how === 'indirect' ? [one.access.through] : [])),
  )
  const parentOf = ({ access }: ConsumerRecord) =>
    access.how === 'direct'
      ? targetId
      : known.has(access.through)
        ? nodeIdOf(access.through)
        : missingId(access.through)
  const nodes: MapNode[] = [{ id: targetId, is: 'target', text: target, ...size }]
  const edges: MapGraph['edges'] = []
  const shownBy = new Map<string, string>()
  const groups = new Map<string, ConsumerRecord[]>()
  const sorted = [...consumers].sort(order)
  for (const through of parents)
    if (!known.has(through)) {
      nodes.push({ id: missingId(through), is: 'missing', text: through, ...size })
      edges.push({ from: targetId, to: missingId(through), isSure: false })
    }
  for (const one of sorted) {
    // Whoever hands a token on stands for itself: others hang on it.
    const canJoin = consumers.length > eachUpTo && !parents.has(one.id)
    const key = canJoin ? `group ${parentOf(one)} ${one.pathClass} ${one.behaviour}` : nodeIdOf(one.id)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  for (const [key, members] of groups) {
    const [first] = members as [ConsumerRecord]
    if (key.startsWith('group ') && members.length >= fewestInGroup) {
      nodes.push(groupNode(key, members, opened.has(key)))
      edges.push({ from: parentOf(first), to: key, isSure: true })
      for (const one of members) shownBy.set(one.id, key)
      continue
    }
    for (const consumer of members) {
      const id = nodeIdOf(consumer.id)
      nodes.push({ id, is: 'consumer', consumer, ...size })
      edges.push({ from: parentOf(consumer), to: id, isSure: true })
      shownBy.set(consumer.id, id)
    }
  }
  return { nodes, edges, shownBy }
}

function groupNode(id: string, members: ConsumerRecord[], isOpen: boolean): MapNode {
  const [{ pathClass, behaviour }] = members as [ConsumerRecord]
  const columns = columnsOf(members.length)
  const rows = Math.ceil(members.length / columns)
  const box = isOpen
    ? {
        width: columns * (member.width + member.gap) - member.gap + 2 * member.edge,
        height: member.head + rows * (member.height + member.gap) - member.gap + member.edge,
      }
    : size
  return { id, is: 'group', pathClass, behaviour, members, isOpen, ...box }
}

/** Where a member stands within its open group. */
export function placeIn(count: number, at: number): { x: number; y: number } {
  const columns = columnsOf(count)
  return {
    x: member.edge + (at % columns) * (member.width + member.gap),
    y: member.head + Math.floor(at / columns) * (member.height + member.gap),
  }
}

/** The way of a node to the target, and all who depend on it. A circle is gone round once. */
export function neighbourhood({ edges }: MapGraph, id: string): ReadonlySet<string> {
  const found = new Set([id])
  const up = (at: string) => {
    for (const { from, to } of edges)
      if (to === at && !found.has(from)) {
        found.add(from)
        up(from)
      }
  }
  const seen = new Set<string>()
  const down = (at: string) => {
    seen.add(at)
    for (const { from, to } of edges)
      if (from === at && !seen.has(to)) {
        found.add(to)
        down(to)
      }
  }
  up(id)
  down(id)
  return found
}

/** A name in so many lines of so many letters, broken between words where it can be; the end of a longer one is cut. */
export function linesOf(text: string, letters: number, most: number): string[] {
  const lines: string[] = []
  let rest = text.trim().replace(/\s+/g, ' ')
  while (rest !== '' && lines.length < most) {
    if (rest.length <= letters) {
      lines.push(rest)
      return lines
    }
    const space = rest.lastIndexOf(' ', letters)
    const cut = space > letters / 2 ? space : letters
    lines.push(rest.slice(0, cut))
    rest = rest.slice(cut).trimStart()
  }
  if (rest !== '') lines[lines.length - 1] = `${lines.at(-1)!.slice(0, letters - 1)}…`
  return lines
}
