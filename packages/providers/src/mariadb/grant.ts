// One line of SHOW GRANTS, read. Names in it may hold anything, the words GRANT, ON and TO too, so what is quoted is covered up
// before words are looked for. https://mariadb.com/kb/en/show-grants/
export type Grant =
  | { is: 'rights'; privileges: string[]; object: string }
  | { is: 'role'; role: string; mayGrant: boolean }
  /** USAGE, which is no right, and the default role, which the account itself tells. */
  | { is: 'nothing' }
  | { is: 'other'; text: string }

export function grantOf(line: string): Grant {
  const plain = covered(line)
  const to = plain.lastIndexOf(' TO ')
  if (plain.startsWith('SET DEFAULT ROLE ')) return { is: 'nothing' }
  // How a line of another kind ends may hold a hash; it is never repeated.
  if (!plain.startsWith('GRANT ') || to < 0) return { is: 'other', text: 'a grant of an unknown kind' }
  const mayGrant = /\b(GRANT|ADMIN) OPTION\b/.test(plain.slice(to))
  const on = plain.indexOf(' ON ')
  if (on < 0 || on > to) return { is: 'role', role: bare(line.slice(6, to)), mayGrant }
  const object = line.slice(on + 4, to)
  const named = split(line.slice(6, on))
    .flatMap(byColumn)
    .filter(one => one !== 'USAGE')
  const privileges = [...named, ...(mayGrant ? ['GRANT OPTION'] : [])]
  return privileges.length === 0 ? { is: 'nothing' } : { is: 'rights', privileges, object }
}

/** With a line of the same length in which no word stands between quotes. */
function covered(line: string): string {
  return line.replace(/`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'/g, quote => '_'.repeat(quote.length))
}

/** At commas that stand neither in quotes nor in brackets. */
function split(list: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (const [at, sign] of [...covered(list)].entries()) {
    if (sign === '(') depth++
    if (sign === ')') depth--
    if (sign !== ',' || depth > 0) continue
    parts.push(list.slice(from, at).trim())
    from = at + 1
  }
  return [...parts, list.slice(from).trim()]
}

/** `SELECT (a, b)` is two rights: one may be there without the other. */
function byColumn(privilege: string): string[] {
  const found = /^([A-Z ]+) \((.*)\)$/s.exec(privilege)
  if (found === null) return [privilege]
  return split(found[2]!).map(column => `${found[1]} (${column})`)
}

const bare = (name: string) => name.replace(/^`(.*)`$/s, '$1').replaceAll('``', '`')
