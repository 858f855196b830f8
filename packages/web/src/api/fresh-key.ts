// A key for one wish. Pages that came over plain HTTP have no `crypto.randomUUID`, and random bytes all the same.
export const freshKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
