// What each part of the form of a consumer is given.
import type { ConsumerDraft, ConsumerFaults } from './draft.ts'

export interface FormParts {
  draft: ConsumerDraft
  set: (part: Partial<ConsumerDraft>) => void
  faults: ConsumerFaults
}

export const optionsOf = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([value, text]) => ({ value, text }))
