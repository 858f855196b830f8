// Where compiled modules are kept, as with the command and the control plane: a process that is started every few seconds starts four times as fast.
// The folder is ours; one that others may write to could be poisoned.
import { fileURLToPath } from 'node:url'

export const compiled = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)),
}
