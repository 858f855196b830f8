// Where a form cannot be sent, whoever sends it is taken to the first thing that is wrong.

/** The next drawing marks the fields first. */
export function toFirstFault(form: HTMLElement | null): void {
  setTimeout(() => {
    const first = form?.querySelector<HTMLElement>('[aria-invalid="true"], .fault-text')
    first?.scrollIntoView({ block: 'center' })
    first?.focus({ preventScroll: true })
  }, 50)
}
