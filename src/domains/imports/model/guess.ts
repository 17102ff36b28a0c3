import type { FieldType, ImportField, ImportType } from '../import-type.ts'
import type { Format } from '../schema.ts'
import { normalise } from './text.ts'

/** What guessing needs to know of a column. */
export type GuessColumn = Readonly<{
  name: string
  format: Readonly<Pick<Format, 'type'>>
  rows: number
  missing: number
  distinct: Readonly<{ count: number; capped: boolean }>
}>

export type FieldGuess = Readonly<{ field: string; confidence: number }>
/** A kind that a file may be; `named` counts the columns that are called exactly as a field of it. */
export type LikelyKind = Readonly<{ kind: string; confidence: number; named: number }>
export type KindGuess = LikelyKind &
  Readonly<{
    columns: ReadonlyMap<string, FieldGuess>
  }>

const readable: Readonly<Record<FieldType, readonly Format['type'][]>> = {
  text: ['text', 'email', 'url', 'integer', 'decimal', 'boolean', 'date', 'dateTime', 'money', 'empty'],
  integer: ['integer', 'boolean', 'empty'],
  decimal: ['decimal', 'integer', 'money', 'boolean', 'empty'],
  money: ['money', 'decimal', 'integer', 'empty'],
  boolean: ['boolean', 'empty'],
  day: ['date', 'dateTime', 'serialDate', 'empty'],
  instant: ['dateTime', 'date', 'serialDate', 'empty'],
  email: ['email', 'empty'],
}

/** Agreement of a header with a name, 0 to 1: the same words, or most words in common. */
function likeness(header: string, name: string): number {
  if (header === name) return 1
  if (header.replaceAll(' ', '') === name.replaceAll(' ', '')) return 0.97
  const [a, b] = [new Set(header.split(' ')), new Set(name.split(' '))]
  const common = [...a].filter((word) => b.has(word)).length
  const dice = (2 * common) / (a.size + b.size)
  return dice >= 0.65 ? 0.7 * dice : 0
}

/** How well a column fits a field: by what it is called, and never against what it holds. */
export function fieldFit(column: GuessColumn, field: ImportField): number {
  if (!readable[field.type].includes(column.format.type)) return 0
  const header = normalise(column.name)
  const named = Math.max(
    ...[...field.synonyms, field.name].map((name) => likeness(header, normalise(name))),
    0.95 * likeness(header, normalise(field.label)),
  )
  const exactType = column.format.type === readable[field.type][0] ? 1 : 0.97
  return named * exactType
}

const certainEnough = 0.45

/** Gives each column at most one field and each field at most one column, best agreement first. */
export function guessColumns(
  columns: readonly GuessColumn[],
  fields: readonly ImportField[],
): Map<string, FieldGuess> {
  const fits = columns.flatMap((column) =>
    fields.map((field) => ({ column: column.name, field: field.name, confidence: fieldFit(column, field) })),
  )
  const best = fits
    .filter((fit) => fit.confidence >= certainEnough)
    .sort((a, b) => b.confidence - a.confidence)
  const guessed = new Map<string, FieldGuess>()
  const taken = new Set<string>()
  for (const { column, field, confidence } of best) {
    if (guessed.has(column) || taken.has(field)) continue
    guessed.set(column, { field, confidence })
    taken.add(field)
  }
  return guessed
}

/** In fewer rows one id that came twice says nothing of the rest. */
const grainRows = 50

const isRepeated = (column: GuessColumn): boolean =>
  !column.distinct.capped && column.distinct.count < 0.9 * (column.rows - column.missing)

/** Whether ids repeat as they do not in such a kind: records have one row each, a log many, usage either. */
function isWrongGrain(type: ImportType, idColumn: GuessColumn | undefined): boolean {
  if (idColumn === undefined || type.target === 'usage' || idColumn.rows < grainRows) return false
  return isRepeated(idColumn) !== (type.target === 'log')
}

/** Whether a column is an amount of money, by what it holds or by what any kind calls one. */
const isMoney = (column: GuessColumn, moneyFields: readonly ImportField[]): boolean =>
  column.format.type === 'money' || moneyFields.some((field) => fieldFit(column, field) >= certainEnough)

/** 0 to 1: how much of the file the kind understands, less what it needs and does not find. */
function kindFit(
  type: ImportType,
  columns: readonly GuessColumn[],
  guessed: ReadonlyMap<string, FieldGuess>,
  moneyColumns: readonly GuessColumn[],
  fileName: string,
): number {
  if (columns.length === 0) return 0
  const agreement = [...guessed.values()].reduce((sum, guess) => sum + guess.confidence, 0)
  const found = new Set([...guessed.values()].map((guess) => guess.field))
  const required = type.fields.filter((field) => field.required)
  const met = required.filter((field) => found.has(field.name)).length
  const coverage = agreement / columns.length
  const idColumn = columns.find((column) => guessed.get(column.name)?.field === 'id')
  // Counts of use have no amounts: a file that has one is about something else.
  const losesMoney = type.target === 'usage' && moneyColumns.some(({ name }) => !guessed.has(name))
  const unlikely = losesMoney || isWrongGrain(type, idColumn)
  const words = new Set(normalise(fileName).split(' '))
  const kindWords = normalise(type.kind).split(' ')
  const named = kindWords.some((word) => words.has(word) || words.has(word.replace(/s$/, ''))) ? 0.1 : 0
  const need = required.length === 0 ? 1 : met / required.length
  return Math.min(1, (0.15 + 0.85 * coverage) * need ** 3 * (unlikely ? 0.4 : 1) + (need === 1 ? named : 0))
}

/** Every kind with the columns that it would take, the most likely first. Pure. */
export function guessKinds(
  types: readonly ImportType[],
  columns: readonly GuessColumn[],
  fileName: string,
): KindGuess[] {
  const moneyFields = types.flatMap(({ fields }) => fields.filter(({ type }) => type === 'money'))
  const moneyColumns = columns.filter((column) => isMoney(column, moneyFields))
  return types
    .map((type) => {
      const guessed = guessColumns(columns, type.fields)
      return {
        kind: type.kind,
        confidence: kindFit(type, columns, guessed, moneyColumns, fileName),
        named: [...guessed.values()].filter((guess) => guess.confidence >= exactName).length,
        columns: guessed,
      }
    })
    .sort((a, b) => b.confidence - a.confidence)
}

const sureEnough = 0.75
const clearLead = 0.1
/** A wide file is known by few of its columns: so many of them called as they should be, and no other kind near. */
const exactName = 0.95
const namedEnough = 5
const farBehind = 0.7

/**
 * What a file may be when that is not clear enough to import it unasked: the kind taken and the likeliest other.
 * Empty when the kind taken is likely and well ahead, or when many columns name it and none else. Pure.
 */
export function doubtfulKinds(kinds: readonly LikelyKind[], taken: string): LikelyKind[] {
  const ranked = kinds.toSorted((a, b) => b.confidence - a.confidence)
  const own = ranked.find(({ kind }) => kind === taken) ?? { kind: taken, confidence: 0, named: 0 }
  const other = ranked.find(({ kind }) => kind !== taken)
  const next = other?.confidence ?? 0
  if (own.confidence >= sureEnough && own.confidence - next >= clearLead) return []
  if (own.named >= namedEnough && next <= farBehind * own.confidence) return []
  return [own, ...(other && other.confidence > 0 ? [other] : [])].toSorted(
    (a, b) => b.confidence - a.confidence,
  )
}
