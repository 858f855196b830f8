// Admin secrets: what the control plane itself logs in with at a target. Settings name them, and this folder holds them, a file
// each, as orchestrators mount them. They are read at each use, so a file that is replaced counts from the next call on.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@rekey/core'
import { ProviderError } from '@rekey/providers'

const wellNamed = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const longestBytes = 64 * 1024
const othersMayRead = 0o007

export function adminSecrets(folder: string): (name: string) => Promise<Secret> {
  return async name => {
    if (!wellNamed.test(name)) {
      throw wrong('an admin secret is named by letters, digits, dots, dashes and underscores')
    }
    const path = join(folder, name)
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      throw wrong(
        error.code === 'ENOENT'
          ? `there is no admin secret "${name}": put it into the file ${path}, mode 0600`
          : `the admin secret "${name}" cannot be read (${error.code}): give Rekey the right to read ${path}`,
      )
    })
    try {
      const { mode, size } = await file.stat()
      if ((mode & othersMayRead) !== 0) {
        throw wrong(`the admin secret "${name}" can be read by everybody on the machine: chmod 600 ${path}`)
      }
      if (size > longestBytes) throw wrong(`the admin secret "${name}" is longer than ${longestBytes} bytes`)
      const text = (await file.readFile('utf8')).replace(/\r?\n$/, '')
      if (text === '') throw wrong(`the admin secret "${name}" is empty: write it into ${path}`)
      return new Secret(text)
    } finally {
      await file.close()
    }
  }
}

const wrong = (text: string) => new ProviderError('denied', text)
