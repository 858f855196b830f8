// What the settings of a provider begin with: what was tried on its page, where something was.
import { keptDraft } from '../../../parts/draft.ts'
import { type Schema, type TypedGroup, typedOf } from '../../../parts/schema-shape.ts'
import { settingsDraft } from '../../providers/settings.ts'

export const settingsFor = (kind: string, schema: Schema): TypedGroup => ({
  ...(typedOf(schema, {}) as TypedGroup),
  ...keptDraft<TypedGroup>(settingsDraft(kind)),
})
