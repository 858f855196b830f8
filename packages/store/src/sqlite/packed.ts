// Observations on their way to the store's thread: numbers in one buffer that changes hands, every text once. Copying
// thousands of objects between threads costs four times as much as folding them does.
import type { Observation, Statement, Used } from '@rekey/core'
import type { ObservationBatch } from '../contract.ts'

export interface PackedBatch extends Omit<ObservationBatch, 'observations'> {
  texts: readonly (string | null)[]
  statements: readonly Statement[]
  /** One row an observation: indexes into the two lists, and what is a number already. */
  numbers: Float64Array<ArrayBuffer>
}

const width = 10

export function pack({ observations, ...batch }: ObservationBatch): PackedBatch {
  const texts = new Numbered<string | null>()
  const statements = new Numbered<Statement>()
  const numbers = new Float64Array(observations.length * width)
  let at = 0
  for (const one of observations) {
    numbers[at] = texts.number(one.credential, one.credential)
    numbers[at + 1] = texts.number(one.consumer, one.consumer)
    numbers[at + 2] = texts.number(one.seenAs, one.seenAs)
    numbers[at + 3] = texts.number(one.instance, one.instance)
    numbers[at + 4] = one.version ?? Number.NaN
    const { times, firstMs, bare } = countsOf(one.statement)
    numbers[at + 5] = statements.number(keyOf(bare), bare)
    numbers[at + 6] = one.atMs
    numbers[at + 7] = texts.number(one.source, one.source)
    numbers[at + 8] = times ?? Number.NaN
    numbers[at + 9] = firstMs ?? Number.NaN
    at += width
  }
  return { ...batch, texts: texts.values, statements: statements.values, numbers }
}

export function unpack({ texts, statements, numbers, ...batch }: PackedBatch): ObservationBatch {
  const observations: Observation[] = []
  for (let at = 0; at < numbers.length; at += width) {
    const version = numbers[at + 4]!
    const statement = statements[numbers[at + 5]!]!
    observations.push({
      credential: texts[numbers[at]!]!,
      consumer: texts[numbers[at + 1]!]!,
      seenAs: texts[numbers[at + 2]!]!,
      instance: texts[numbers[at + 3]!]!,
      version: Number.isNaN(version) ? null : version,
      statement:
        statement.says === 'used' ? countedAs(statement, numbers[at + 8]!, numbers[at + 9]!) : statement,
      atMs: numbers[at + 6]!,
      source: texts[numbers[at + 7]!]!,
    })
  }
  return { ...batch, observations }
}

interface Counts {
  times?: number | undefined
  firstMs?: number | undefined
  /** The statement without them, of which a batch has few. */
  bare: Statement
}

function countsOf(statement: Statement): Counts {
  if (statement.says !== 'used' || (statement.times === undefined && statement.firstMs === undefined)) {
    return { bare: statement }
  }
  const { times, firstMs, ...bare } = statement
  return { times, firstMs, bare }
}

function countedAs(bare: Used, times: number, firstMs: number): Used {
  if (Number.isNaN(times) && Number.isNaN(firstMs)) return bare
  const counted: Used = { ...bare }
  if (!Number.isNaN(times)) counted.times = times
  if (!Number.isNaN(firstMs)) counted.firstMs = firstMs
  return counted
}

/** Equal statements have equal keys, and others never: what is free text comes last. */
function keyOf(statement: Statement): string {
  switch (statement.says) {
    case 'used': {
      const { outcome, path, lane } = statement
      return lane === null ? `${outcome} ${path}` : `${outcome} ${path} ${lane}`
    }
    case 'counted':
      return `counted ${statement.uses} ${statement.authFailures}`
    case 'covered':
      return `covered ${statement.fromMs}`
    case 'fallback':
      return `fallback ${statement.state}`
    default:
      return statement.says
  }
}

class Numbered<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string | null, number>()

  number(key: string | null, value: T): number {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    this.#numbers.set(key, this.values.length)
    return this.values.push(value) - 1
  }
}
