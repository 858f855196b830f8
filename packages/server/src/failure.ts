// A failure to start, in words: what is wrong and what to do. A stack is for bugs, not for a missing key.

interface Explained {
  code?: unknown
  how?: unknown
  faults?: unknown
}

export function explainFailure(error: unknown): string[] {
  if (!(error instanceof Error)) return [`Rekey could not start: ${String(error)}`]
  const { code, how, faults } = error as Error & Explained
  if (Array.isArray(faults))
    return ['Rekey could not start: the settings are not valid.', ...faults.map(one => `  ${one}`)]
  if (typeof how === 'string')
    return [`Rekey could not start: ${error.message} [${String(code)}]`, `  ${how}`]
  if (code === 'EADDRINUSE') {
    return ['Rekey could not start: the port is in use.', '  Set REKEY_PORT to another one, or to 0 for any.']
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return [`Rekey could not start: ${error.message}`, '  Give it the right to that file or port.']
  }
  return [`Rekey failed: ${error.message}`, error.stack ?? '']
}
