// What a kill reaches, in words: as the record has it.
import { words } from './words.ts'

export function scopeText(scope: Readonly<Record<string, unknown>>): string {
  const text = (name: string) => {
    const value = scope[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '…'
  }
  switch (scope['of']) {
    case 'version':
      return `version ${text('version')} of ${text('credential')}`
    case 'credential':
      return `every version of ${text('credential')}`
    case 'agent':
      return `the agent ${text('agent')} and all that it is bound to`
    case 'target':
      return `everything at ${text('target')}`
    case 'environment':
      return `everything in ${text('environment')}`
    case 'query': {
      const { query } = scope
      const asked = typeof query === 'object' && query !== null ? Object.entries(query) : []
      return `everything with ${asked.map(([name, value]) => `${words(name)} ${String(value)}`).join(' and ')}`
    }
    default:
      return 'a scope that this page does not know'
  }
}
