// The path from a leaf to the root of the tree: C2SP tlog-proof as text, and the walk of RFC 9162 section 2.1.3.2.
import { type Bytes, fromBase64, fromDecimal, ProofError } from './bytes.ts'
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts'
import { hashLength, nodeHash } from './hash.ts'

const firstLine = 'c2sp.org/tlog-proof@v1'
/** No tree is higher. */
const maxPath = 63

export interface InclusionProof {
  index: number
  path: readonly Bytes[]
  checkpoint: Checkpoint
}

export function parseProof(text: string): InclusionProof {
  const border = text.indexOf('\n\n')
  if (border < 0) throw new ProofError('The proof is cut short: no empty line stands before the checkpoint.')
  const lines = text.slice(0, border).split('\n')
  if (lines.shift() !== firstLine) throw new ProofError(`A proof begins with the line ${firstLine}.`)
  // Nothing authenticates what it carries along, so it is not read; but it has to be what it says.
  if (lines[0]?.startsWith('extra ') && fromBase64(lines.shift()!.slice(6)) === null)
    throw new ProofError('The line "extra" of the proof is not base64.')
  const indexLine = lines.shift()
  const index = indexLine?.startsWith('index ') ? fromDecimal(indexLine.slice(6)) : null
  if (index === null) throw new ProofError('The proof does not say of which leaf it is.')
  if (lines.length > maxPath) throw new ProofError(`A path has at most ${maxPath} hashes.`)
  const path = lines.map(line => {
    const hash = fromBase64(line)
    if (hash?.length !== hashLength) throw new ProofError('A line of the path is not a hash of 32 bytes.')
    return hash
  })
  return { index, path, checkpoint: parseCheckpoint(text.slice(border + 2)) }
}

export interface Walked {
  /** The root that the path leads to. */
  root: Bytes
  /**
   * The root of the tree as it was when this leaf was its last one: that tree is made of the leaf and of what stands to the left
   * of the path, and of nothing else. So the path of one leaf shows as well that a log has only grown (growth.ts).
   */
  rootThen: Bytes
}

/** null: the path does not fit a leaf at that index of a tree of that size. */
export async function walk(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
): Promise<Walked | null> {
  if (index >= size) return null
  let [at, last, root, rootThen] = [index, size - 1, leaf, leaf]
  for (const sibling of path) {
    if (last === 0) return null
    const isRight = at % 2 === 1
    if (isRight || at === last) {
      root = await nodeHash(sibling, root)
      rootThen = await nodeHash(sibling, rootThen)
      // On the edge of the tree some levels have nothing beside them.
      while (at !== 0 && at % 2 === 0) [at, last] = [half(at), half(last)]
    } else root = await nodeHash(root, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? { root, rootThen } : null
}

/** Sizes go beyond 32 bits, so halving replaces shifting. */
const half = (n: number) => Math.floor(n / 2)
