// What makes a file that was written stay where it is.
import { open } from 'node:fs/promises'

/** A name is durable only when its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
