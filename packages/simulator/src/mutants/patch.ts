// Applies a mutant when the module is loaded, so that the product code carries no switch for it: https://nodejs.org/api/module.html#moduleregisterhooksoptions
//
// The hook is of this thread. A store that runs in a thread of its own loads its modules there, unpatched: a simulation that
// is to see the mutants of the store uses the engine in line.
import { registerHooks } from 'node:module'
import { type Edit, editsOf, type Mutant } from './mutant.ts'

const root = new URL('../../../../', import.meta.url)

export const urlOf = (file: string) => new URL(file, root).href

export interface Patched {
  /** The files of which the text was replaced so far: a mutant that was never loaded says nothing about who survives it. */
  loaded(): string[]
  /** Files that are to be changed and were not loaded. */
  missed(): string[]
  undo(): void
}

/** The text of one file with all of the mutant's edits to that file. */
export function mutated(source: string, file: string, mutant: Mutant): string {
  let text = source
  for (const edit of editsOf(mutant)) if (edit.file === file) text = replaced(text, edit, mutant.name)
  return text
}

function replaced(source: string, { file, find, put }: Edit, name: string): string {
  const found = source.split(find).length - 1
  if (found !== 1) {
    throw new Error(`mutant ${name}: the text to replace occurs ${found} times in ${file}, not once: ${find}`)
  }
  // A function, because "$&" and its like mean something in a replacement.
  return source.replace(find, () => put)
}

export function patch(mutant: Mutant): Patched {
  const files = new Map(editsOf(mutant).map(({ file }) => [urlOf(file), file]))
  const loaded = new Set<string>()
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context)
      const file = files.get(url)
      if (file === undefined) return result
      // Node strips the types after the hooks: what comes here is the text as it is in the file.
      if (result.format !== 'module-typescript' || result.source == null) {
        throw new Error(`mutant ${mutant.name}: ${file} was loaded as ${result.format}, not as TypeScript`)
      }
      const source =
        typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source)
      const text = mutated(source, file, mutant)
      loaded.add(file)
      return { ...result, source: text, shortCircuit: true }
    },
  })
  return {
    loaded: () => [...loaded],
    missed: () => [...files.values()].filter(file => !loaded.has(file)),
    undo: () => hooks.deregister(),
  }
}
