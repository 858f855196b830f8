// What the doctor says of one thing: how it is, and what to do about it.

export interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail' | 'skip'
  text: string
  /** Empty: there is nothing to do. */
  how: string
}

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text, how: '' })
export const warned = (check: string, text: string, how: string): Finding => ({
  check,
  state: 'warn',
  text,
  how,
})
export const failed = (check: string, text: string, how: string): Finding => ({
  check,
  state: 'fail',
  text,
  how,
})
export const skipped = (check: string, text: string): Finding => ({ check, state: 'skip', text, how: '' })
