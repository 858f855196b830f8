// Which hooks are owed, written down beside the file that they are owed for: a process that ends between a new file and its hook
// leaves a debt, and the next one pays it. The mark is made before the file changes and holds nothing.
import { rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const markOf = (path: string) => join(dirname(path), `.${basename(path)}.hook-owed`)

export const owe = (path: string): Promise<void> => writeFile(markOf(path), '', { mode: 0o600 })

export const isOwed = (path: string): Promise<boolean> =>
  stat(markOf(path)).then(
    () => true,
    () => false,
  )

export const pay = (path: string): Promise<void> => rm(markOf(path), { force: true })
