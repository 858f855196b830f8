// Does a terminal send its signals to us and to the program by itself? It sends them to its whole foreground group, of which
// both are members. Passed on by us as well, each would come twice, and the second Ctrl-C means "at once" to many programs.
import { readFileSync } from 'node:fs'
import { isatty } from 'node:tty'

/** proc_pid_stat(5), from the field behind the name: state, parent, group, session, terminal, the terminal's foreground group. */
export function isForeground(): boolean {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , terminal, foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return isatty(0)
  }
}
