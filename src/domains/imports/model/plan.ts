import { perhapsMissing, surelyMissing } from '../../../platform/tabular/missing.ts'
import type { FieldType, ImportType } from '../import-type.ts'
import type { ColumnPlan, Format, Inspection, Plan, PlanFault, PlanInput } from '../schema.ts'
import { guessColumns, type FieldGuess } from './guess.ts'

type Column = Inspection['columns'][number]

const booleanWords = {
  trueWords: ['true', 'yes', 'y', 't', '1', 'on', 'ja', 'oui', 'sí', 'si'],
  falseWords: ['false', 'no', 'n', 'f', '0', 'off', 'nein', 'non'],
}
const plainNumber = { decimal: '.', thousands: null, decimals: 0, percent: false, currency: null } as const

/** The way to read a column for a field: what was detected where it fits, else the plainest reading. */
export function formatFor(field: FieldType | null, detected: Format): Format {
  switch (field) {
    case 'boolean':
      return detected.type === 'boolean' ? detected : { type: 'boolean', ...booleanWords }
    case 'integer':
    case 'decimal':
    case 'money':
      return 'decimals' in detected
        ? { ...detected, type: detected.type === 'money' || field === 'money' ? 'money' : field }
        : { type: field, ...plainNumber }
    case 'day':
    case 'instant':
      return 'order' in detected || detected.type === 'serialDate'
        ? detected
        : { type: field === 'day' ? 'date' : 'dateTime', order: null }
    case 'text':
    case 'email':
      return { type: field }
    case null:
      return detected
  }
}

/** Marks read as "no value" unless a person says otherwise. */
export const missingMarks = (format: Format): string[] =>
  ['text', 'email', 'url', 'empty'].includes(format.type)
    ? [...surelyMissing]
    : [...surelyMissing, ...perhapsMissing]

/** Whether the kind keeps columns that fit no field. */
export const keepsCustom = (type: ImportType): boolean => type.custom ?? type.target !== 'usage'

export function planColumn(
  type: ImportType,
  column: Column,
  guess: FieldGuess | undefined,
  customByDefault: boolean,
): ColumnPlan {
  const field = guess ? (type.fields.find(({ name }) => name === guess.field) ?? null) : null
  const format = formatFor(field?.type ?? null, column.format)
  return {
    use: field ? 'field' : customByDefault && column.format.type !== 'empty' ? 'custom' : 'leave',
    field: field?.name ?? null,
    format,
    missing: missingMarks(format),
    confidence: guess?.confidence ?? null,
  }
}

/** The plan that is proposed for a kind. */
export function proposePlan(type: ImportType, columns: readonly Column[], answers: Plan['answers']): Plan {
  const guessed = guessColumns(columns, type.fields)
  const custom = type.custom === true
  return {
    kind: type.kind,
    answers,
    template: null,
    columns: Object.fromEntries(
      columns.map((column) => [column.name, planColumn(type, column, guessed.get(column.name), custom)]),
    ),
  }
}

/** A plan with a person's changes; a column given another field is read in that field's way unless told how. */
export function changePlan(
  type: ImportType,
  plan: Plan,
  columns: readonly Column[],
  input: Pick<PlanInput, 'columns' | 'answers'>,
): Plan {
  const byName = new Map(columns.map((column) => [column.name, column]))
  const changed = { ...plan.columns }
  for (const [name, change] of Object.entries(input.columns ?? {})) {
    const column = byName.get(name)
    const before = changed[name]
    if (!column || !before) continue
    const use = change.use ?? (change.field ? 'field' : before.use)
    const field = use === 'field' ? (change.field ?? before.field) : null
    const type_ = type.fields.find((candidate) => candidate.name === field)?.type ?? null
    const sameField = use === before.use && field === before.field
    const format = change.format ?? (sameField ? before.format : formatFor(type_, column.format))
    const missing = change.missing ?? (sameField ? before.missing : missingMarks(format))
    changed[name] = { use, field, format, missing, confidence: null }
  }
  return { ...plan, columns: changed, answers: { ...plan.answers, ...input.answers } }
}

/** A template's plan for a file with the same columns; columns of the file that it does not know are left out. */
export function applyTemplate(
  template: Readonly<{ id: string; name: string; plan: Plan }>,
  columns: readonly Column[],
): Plan {
  return {
    ...template.plan,
    template: { id: template.id, name: template.name },
    columns: Object.fromEntries(
      columns.map((column) => [
        column.name,
        template.plan.columns[column.name] ?? {
          use: 'leave' as const,
          field: null,
          format: column.format,
          missing: missingMarks(column.format),
          confidence: null,
        },
      ]),
    ),
  }
}

/** A template fits when the file has all columns that it uses. */
export const templateFits = (header: readonly string[], columns: readonly string[]): boolean =>
  header.length > 0 && header.every((name) => columns.includes(name))

const fault = (code: PlanFault['code'], column: string | null, field: string | null): PlanFault => ({
  code,
  column,
  field,
})

/** What stands between the plan and a run; empty when it can start. */
export function checkPlan(type: ImportType | undefined, plan: Plan, columns: readonly Column[]): PlanFault[] {
  if (!type) return [fault('unknown_kind', null, null)]
  const used = Object.entries(plan.columns).filter(([, column]) => column.use === 'field')
  const fields = used.map(([, column]) => column.field)
  const guesses = new Map(columns.map((column) => [column.name, column]))
  const faults: PlanFault[] = []
  for (const { name, required } of type.fields) {
    if (required && !fields.includes(name)) faults.push(fault('field_missing', null, name))
    if (fields.filter((field) => field === name).length > 1) faults.push(fault('field_twice', null, name))
  }
  for (const [name, column] of used)
    if (!type.fields.some((field) => field.name === column.field))
      faults.push(fault('unknown_field', name, column.field))
  for (const [name, column] of Object.entries(plan.columns)) {
    if (column.use === 'leave') continue
    if (column.use === 'custom' && !keepsCustom(type)) faults.push(fault('no_custom_fields', name, null))
    const { format } = column
    const doubtful = guesses.get(name)?.undecided
    if ('order' in format && format.order === null && doubtful === 'dayOrder')
      faults.push(fault('day_order_unknown', name, column.field))
    if ('decimals' in format && format.decimal === null && doubtful === 'decimalMark')
      faults.push(fault('decimal_mark_unknown', name, column.field))
  }
  if (type.asks.includes('asOf') && plan.answers.asOf === null)
    faults.push(fault('as_of_missing', null, null))
  return faults
}
