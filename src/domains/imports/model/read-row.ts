import { minorDigits } from '../../../platform/money.ts'
import { isMissing } from '../../../platform/tabular/parse-cell.ts'
import * as parse from '../../../platform/tabular/parse-cell.ts'
import type { RawRow } from '../../../platform/tabular/raw-row.ts'
import {
  error,
  warning,
  type Cell,
  type Fault,
  type FieldType,
  type ImportRow,
  type ImportType,
} from '../import-type.ts'
import type { ColumnPlan, Format, Plan } from '../schema.ts'
import { customKeys, storable } from './text.ts'

export type CustomType = 'text' | 'number' | 'boolean' | 'date'
export type CustomColumn = Readonly<{ column: string; key: string; label: string; type: CustomType }>

/** A row of the file as its type takes it, with the typed values of custom fields and what could not be read. */
export type ReadRow = Readonly<{
  row: ImportRow
  custom: Readonly<Record<string, Cell>>
  faults: readonly Fault[]
}>

const dayMs = 86_400_000

type Parsed = parse.Parsed<Cell>
const ok = (value: Cell): Parsed => ({ ok: true, value })
const refuse = (code: string, text: string): Parsed => ({
  ok: false,
  reason: { code: code as parse.ReasonCode, params: { text: text.slice(0, 80) } },
})

/** Day as written; a time of day beside it says nothing more about the day. */
function parseDay(text: string, format: parse.DateFormat): Parsed {
  const day = parse.parseDate(text, format)
  if (day.ok || day.reason.code !== 'unexpected_time') return day
  const instant = parse.parseDateTime(text, format, 'UTC')
  return instant.ok ? ok(instant.value.slice(0, 10)) : instant
}

function parseTime(text: string, type: 'day' | 'instant', format: Format, timeZone: string): Parsed {
  const asDate: parse.DateFormat = { type: 'dateTime', order: 'order' in format ? format.order : null }
  if (format.type !== 'serialDate')
    return type === 'day' ? parseDay(text, asDate) : parse.parseDateTime(text, asDate, timeZone)
  const iso = parse.parseSerialDate(text, format)
  if (!iso.ok) return iso
  return type === 'day' ? ok(iso.value.slice(0, 10)) : parse.parseDateTime(iso.value, asDate, timeZone)
}

const numberFormat = (format: Format, type: parse.NumberFormat['type']): parse.NumberFormat =>
  'decimals' in format
    ? { ...format, type: format.type === 'money' ? 'money' : type }
    : { type, decimal: '.', thousands: null, decimals: 0, percent: false, currency: null }

function parseMoney(text: string, format: Format, currency: string): Parsed {
  const amount = parse.parseMoney(text, numberFormat(format, 'money'), minorDigits(currency))
  if (!amount.ok) return amount
  const named = amount.value.currency
  if (named && /^[A-Z]{3}$/.test(named) && named !== currency) return refuse('other_currency', text)
  return ok(amount.value.minorUnits)
}

function parseDecimal(text: string, format: Format): Parsed {
  const number = parse.parseDecimal(text, numberFormat(format, 'decimal'))
  return number.ok ? ok(Number(number.value)) : number
}

function parseCell(
  text: string,
  type: FieldType,
  format: Format,
  currency: string,
  timeZone: string,
): Parsed {
  switch (type) {
    case 'text':
      return ok(storable(text.trim()))
    case 'email': {
      const address = text.trim().toLowerCase()
      return /^[^\s@]+@[^\s@]+$/.test(address) ? ok(storable(address)) : refuse('not_an_email', text)
    }
    case 'boolean':
      return format.type === 'boolean' ? parse.parseBoolean(text, format) : refuse('not_a_boolean', text)
    case 'integer':
      return parse.parseInteger(text, numberFormat(format, 'integer'))
    case 'decimal':
      return parseDecimal(text, format)
    case 'money':
      return parseMoney(text, format, currency)
    case 'day':
    case 'instant':
      return parseTime(text, type, format, timeZone)
  }
}

const customTypes: Readonly<Partial<Record<Format['type'], CustomType>>> = {
  boolean: 'boolean',
  integer: 'number',
  decimal: 'number',
  money: 'number',
  date: 'date',
}

function parseCustom(text: string, type: CustomType, format: Format): Parsed {
  switch (type) {
    case 'text':
      return ok(storable(text.trim()).slice(0, 2_000))
    case 'number':
      return parseDecimal(text, format)
    case 'boolean':
      return parseCell(text, 'boolean', format, 'USD', 'UTC')
    case 'date':
      return parseCell(text, 'day', format, 'USD', 'UTC')
  }
}

type FieldColumn = Readonly<{
  index: number
  column: string
  field: string
  type: FieldType
  past: boolean
  plan: ColumnPlan
  missing: ReadonlySet<string>
}>
type OtherColumn = CustomColumn & Readonly<{ index: number; plan: ColumnPlan; missing: ReadonlySet<string> }>

export type RowReader = Readonly<{
  custom: readonly CustomColumn[]
  read(raw: RawRow): ReadRow
}>

/**
 * Makes the reader of a plan: parses each mapped cell in its column's way. A cell that does not fit refuses the row; a
 * cell of a custom field that does not fit is left empty and said. `known` are the types of custom fields that exist;
 * what can only be past is measured by `now`.
 */
export function rowReader(
  type: ImportType,
  plan: Plan,
  header: readonly string[],
  now: Date,
  known: ReadonlyMap<string, string> = new Map(),
): RowReader {
  const { answers } = plan
  // Time zones put a day up to one ahead.
  const latest = new Date(now.getTime() + dayMs).toISOString()
  const isAhead = (of: FieldType, value: Cell) =>
    typeof value === 'string' && value > (of === 'day' ? latest.slice(0, 10) : latest)
  const marks = (column: ColumnPlan) => new Set(column.missing.map((mark) => mark.trim().toLowerCase()))
  const fields: FieldColumn[] = []
  const others: OtherColumn[] = []
  const keys = customKeys(header)
  for (const [index, column] of header.entries()) {
    const columnPlan = plan.columns[column]
    if (!columnPlan) continue
    const missing = marks(columnPlan)
    const field = type.fields.find(({ name }) => name === columnPlan.field)
    if (columnPlan.use === 'field' && field)
      fields.push({
        index,
        column,
        field: field.name,
        type: field.type,
        past: field.past === true,
        plan: columnPlan,
        missing,
      })
    if (columnPlan.use !== 'custom') continue
    const key = keys.get(column) ?? column
    const detected = customTypes[columnPlan.format.type] ?? 'text'
    const existing = known.get(key)
    const customType =
      existing && ['text', 'number', 'boolean', 'date'].includes(existing)
        ? (existing as CustomType)
        : existing
          ? 'text'
          : detected
    others.push({
      index,
      column,
      key,
      label: column.slice(0, 120),
      type: customType,
      plan: columnPlan,
      missing,
    })
  }
  // A row's currency must be known before its amounts.
  fields.sort((a, b) => Number(b.field === 'currency') - Number(a.field === 'currency'))
  const required = new Map(
    type.fields.flatMap(({ name, required: needed }) => (needed ? [[name, true]] : [])),
  )

  function read(raw: RawRow): ReadRow {
    const cells: Record<string, Cell> = {}
    const rest: Record<string, string> = {}
    const custom: Record<string, Cell> = {}
    const faults: Fault[] = []
    if (raw.problem) faults.push(error(raw.problem.code, undefined, raw.problem.params))
    let { currency } = answers
    for (const { index, column, field, type: fieldType, past, plan: columnPlan, missing } of raw.problem
      ? []
      : fields) {
      const text = raw.fields[index] ?? ''
      if (isMissing(text, missing) || text.trim() === '') {
        cells[field] = null
        if (required.has(field)) faults.push(error('cell_missing', column, { field }))
        continue
      }
      const parsed = parseCell(text, fieldType, columnPlan.format, currency, answers.timeZone)
      cells[field] = parsed.ok ? parsed.value : null
      if (!parsed.ok) faults.push(error(parsed.reason.code, column, { field, ...parsed.reason.params }))
      else if (past && isAhead(fieldType, parsed.value))
        faults.push(error('in_the_future', column, { field, text: text.slice(0, 80) }))
      if (field === 'currency' && parsed.ok) currency = currencyOf(String(parsed.value), answers.currency)
    }
    for (const { index, column, key, type: customType, plan: columnPlan, missing } of raw.problem
      ? []
      : others) {
      const text = raw.fields[index] ?? ''
      const empty = isMissing(text, missing) || text.trim() === ''
      rest[key] = empty ? '' : storable(text)
      const parsed = empty ? ok(null) : parseCustom(text, customType, columnPlan.format)
      custom[key] = parsed.ok ? parsed.value : null
      if (!parsed.ok)
        faults.push(warning(parsed.reason.code, column, { custom: key, ...parsed.reason.params }))
    }
    return { row: { rowNumber: raw.row, cells, others: rest }, custom, faults }
  }
  return { custom: others, read }
}

const currencyOf = (text: string, otherwise: string): string => {
  const code = text.trim().toUpperCase()
  return /^[A-Z]{3}$/.test(code) ? code : otherwise
}

/** The cells of a row as they stand in the file, for an issue; nothing of a row that is kept out is lost. */
export const rawCells = (raw: RawRow): string[] =>
  (raw.problem ? [raw.problem.raw] : raw.fields).map(storable)
