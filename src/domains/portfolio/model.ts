import type { FieldFault } from '../../platform/errors.ts'
import type { Condition, Field, FieldType, Filter, Op, Part, Row, Sort, Unit, View } from './schema.ts'

/** What a condition can be about. `key` is the custom field or the code of the reading. */
export type FieldDef = Readonly<{
  code: string
  source: 'account' | 'custom' | 'reading'
  key: string
  label: string | null
  type: FieldType
  unit: Unit | null
}>

export type Catalogue = Readonly<{
  fields: ReadonlyMap<string, FieldDef>
  currency: string
  today: string
  /** Stands for `me` in a condition on the owner; null for keys. */
  userId: string | null
}>

const accountField = (code: string, type: FieldType, unit: Unit | null = null): FieldDef => ({
  code,
  source: 'account',
  key: code,
  label: null,
  type,
  unit,
})

export const accountFields: readonly FieldDef[] = [
  accountField('name', 'text'),
  accountField('domain', 'text'),
  accountField('segment', 'choice'),
  accountField('region', 'choice'),
  accountField('plan', 'choice'),
  accountField('stage', 'choice'),
  accountField('owner', 'choice'),
  accountField('seats', 'number', 'count'),
  accountField('started_on', 'day'),
  accountField('renews_on', 'day'),
  accountField('churn_flag', 'boolean'),
  accountField('left', 'boolean'),
  accountField('account', 'account'),
  accountField('view', 'view'),
]

/** Readings that the portfolio knows how to write; any other is a plain number. */
const readingUnits: Readonly<Record<string, Unit>> = {
  'revenue.arr': 'money',
  'revenue.mrr': 'money',
  'revenue.renewal': 'days',
  'risk.renewal': 'share',
  'risk.expected_loss': 'money',
  'usage.weekly_active': 'share',
  'usage.trend': 'share',
  'usage.breadth': 'share',
  'usage.early_adoption': 'share',
  'usage.active_users': 'count',
  'usage.last_used': 'number',
  'usage.power_users': 'count',
  'tickets.open': 'count',
  'tickets.open_severe': 'count',
}

export const readingField = (code: string): FieldDef => ({
  code: `reading.${code}`,
  source: 'reading',
  key: code,
  label: null,
  type: 'number',
  unit: readingUnits[code] ?? 'number',
})

const customFieldTypes: Readonly<Record<string, FieldType>> = { date: 'day' }

export const customFieldDef = (field: Readonly<{ key: string; label: string; type: string }>): FieldDef => ({
  code: `custom.${field.key}`,
  source: 'custom',
  key: field.key,
  label: field.label,
  type: customFieldTypes[field.type] ?? (field.type as FieldType),
  unit: field.type === 'number' ? 'number' : null,
})

const opsOfType: Readonly<Record<FieldType, readonly Op[]>> = {
  text: ['is', 'is_not', 'one_of', 'contains', 'known', 'unknown'],
  choice: ['is', 'is_not', 'one_of', 'contains', 'known', 'unknown'],
  number: ['at_least', 'at_most', 'between', 'is', 'is_not', 'known', 'unknown'],
  day: ['within_days', 'at_least', 'at_most', 'between', 'is', 'is_not', 'known', 'unknown'],
  boolean: ['is', 'known', 'unknown'],
  account: ['one_of', 'is', 'is_not'],
  view: ['is', 'is_not'],
}

/** What may be asked of a field, the most useful first. */
export const opsOf = (field: Pick<FieldDef, 'type' | 'unit' | 'code'>): readonly Op[] => {
  if (field.code === 'owner') return opsOfType.choice.filter((op) => op !== 'contains')
  return field.unit === 'days' ? ['within_days', ...opsOfType.number] : opsOfType[field.type]
}

export const sortable = (field: Pick<FieldDef, 'type'>): boolean =>
  field.type !== 'account' && field.type !== 'view'

/** A condition whose field, operator and value are known to fit each other. */
export type Test = Readonly<{
  kind: 'test'
  field: FieldDef
  part: Part
  op: Op
  values: readonly (string | number | boolean)[]
}>

export type Node =
  Test | Readonly<{ kind: 'all' | 'any'; nodes: readonly Node[] }> | Readonly<{ kind: 'not'; node: Node }>

/** Filters of views by their id: those that a condition may name, and those that such views name in turn. */
export type KnownViews = ReadonlyMap<string, Filter>

type Found = Readonly<{ node: Node } | { faults: readonly FieldFault[] }>

const fault = (path: string, message: string): Found => ({ faults: [{ path, message }] })

const dayPattern = /^\d{4}-\d{2}-\d{2}$/
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

const isDay = (value: unknown): boolean => {
  if (typeof value !== 'string' || !dayPattern.test(value)) return false
  const instant = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value)
}
const isText = (value: unknown): boolean => typeof value === 'string'

const valueChecks: Readonly<Record<FieldType, readonly [(value: unknown) => boolean, string]>> = {
  text: [isText, 'text'],
  choice: [isText, 'text'],
  number: [(value) => typeof value === 'number' && Number.isFinite(value), 'a number'],
  day: [isDay, 'a day as YYYY-MM-DD'],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  account: [(value) => isText(value) && uuidPattern.test(value as string), 'the id of an account'],
  view: [isText, 'the id of a view'],
}

/** How many values an operator takes: [least, most]. */
const arity: Readonly<Partial<Record<Op, readonly [number, number]>>> = {
  one_of: [1, 1_000],
  between: [2, 2],
  known: [0, 0],
  unknown: [0, 0],
}

function valuesFault(type: FieldType, op: Op, values: readonly unknown[]): string | undefined {
  const [least, most] = arity[op] ?? [1, 1]
  if (values.length < least || values.length > most)
    return most === 0
      ? `"${op}" takes no value.`
      : least === most
        ? `"${op}" takes ${least === 1 ? 'one value' : `${least} values`}.`
        : `"${op}" takes ${least} to ${most} values.`
  if (op === 'within_days') {
    const [days] = values
    const fits = Number.isInteger(days) && Math.abs(days as number) <= 36_500
    return fits ? undefined : '"within_days" takes a whole number of days, negative for the past.'
  }
  if (op === 'contains' && values[0] === '') return '"contains" takes at least one character.'
  const [fits, wanted] = valueChecks[type]
  return values.every(fits) ? undefined : `This takes ${wanted}.`
}

function resolveCondition(
  condition: Condition,
  path: string,
  catalogue: Catalogue,
  views: KnownViews,
  inside: readonly string[],
): Found {
  const field = catalogue.fields.get(condition.field)
  if (!field)
    return fault(`${path}.field`, `There is no field "${condition.field}". The list is at /portfolio/fields.`)
  const part = condition.part ?? 'value'
  if (part !== 'value' && field.source !== 'reading')
    return fault(`${path}.part`, 'Only a reading has an interval and a state.')
  const type = part === 'state' ? 'choice' : field.type
  const allowed = part === 'state' ? opsOfType.choice : opsOf(field)
  if (!allowed.includes(condition.op))
    return fault(`${path}.op`, `"${condition.op}" does not fit this field. Use ${allowed.join(', ')}.`)
  const { value } = condition
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const message = valuesFault(type, condition.op, values)
  if (message) return fault(`${path}.value`, message)
  if (field.type === 'view')
    return resolveView(String(values[0]), condition.op, path, catalogue, views, inside)
  return { node: { kind: 'test', field, part, op: condition.op, values } }
}

function resolveView(
  id: string,
  op: Op,
  path: string,
  catalogue: Catalogue,
  views: KnownViews,
  inside: readonly string[],
): Found {
  const filter = views.get(id)
  if (!filter) return fault(`${path}.value`, 'This view does not exist, or it is not shared with you.')
  if (inside.includes(id)) return fault(`${path}.value`, 'This view would refer to itself.')
  const found = resolveFilter(filter, catalogue, views, [...inside, id])
  if ('faults' in found)
    return fault(
      `${path}.value`,
      `The filter of this view does not work any more: ${found.faults[0]?.message ?? ''}`,
    )
  return op === 'is_not' ? { node: { kind: 'not', node: found.node } } : found
}

/** The filter as a tree that needs no further checks, or every fault at its path. `inside` are ids of views on the way. */
export function resolveFilter(
  filter: Filter,
  catalogue: Catalogue,
  views: KnownViews,
  inside: readonly string[] = [],
): Found {
  const found = filter.map((item, i) =>
    'any' in item
      ? joined(
          'any',
          item.any.map((one, j) => resolveCondition(one, `filter.${i}.any.${j}`, catalogue, views, inside)),
        )
      : resolveCondition(item, `filter.${i}`, catalogue, views, inside),
  )
  return joined('all', found)
}

function joined(kind: 'all' | 'any', found: readonly Found[]): Found {
  const faults = found.flatMap((one) => ('faults' in one ? one.faults : []))
  if (faults.length > 0) return { faults }
  return { node: { kind, nodes: found.flatMap((one) => ('node' in one ? [one.node] : [])) } }
}

/** Whether any condition asks about a field, wherever it stands. */
export function mentions(node: Node, code: string): boolean {
  if (node.kind === 'test') return node.field.code === code
  if (node.kind === 'not') return mentions(node.node, code)
  return node.nodes.some((one) => mentions(one, code))
}

const conditionsOf = (filter: Filter): Condition[] =>
  filter.flatMap((item) => ('any' in item ? item.any : [item]))

/** Ids of views that a filter names. */
export const viewsIn = (filter: Filter): string[] =>
  conditionsOf(filter)
    .filter((condition) => condition.field === 'view')
    .map((condition) => String(condition.value))

export function sortFaults(sort: readonly Sort[], catalogue: Catalogue): FieldFault[] {
  return sort.flatMap(({ field }, i) => {
    const def = catalogue.fields.get(field)
    return def && sortable(def)
      ? []
      : [{ path: `sort.${i}.field`, message: `Nothing can be sorted by "${field}".` }]
  })
}

const builtIns: readonly Pick<View, 'id' | 'name' | 'filter' | 'sort'>[] = [
  { id: 'all', name: 'All customers', filter: [], sort: [] },
  {
    id: 'renewing',
    name: 'Renewing in 90 days',
    filter: [{ field: 'reading.revenue.renewal', op: 'within_days', value: 90 }],
    sort: [{ field: 'reading.revenue.renewal', dir: 'asc' }],
  },
  {
    id: 'usage-out-of-band',
    name: 'Usage out of its band',
    // The band is the interval of the change: out of it means that no change is not in it.
    filter: [
      {
        any: [
          { field: 'reading.usage.trend', part: 'high', op: 'at_most', value: 0 },
          { field: 'reading.usage.trend', part: 'low', op: 'at_least', value: 0 },
        ],
      },
    ],
    sort: [{ field: 'reading.usage.trend', dir: 'asc' }],
  },
  {
    id: 'severity-one',
    name: 'Open severity-one tickets',
    filter: [{ field: 'reading.tickets.open_severe', op: 'at_least', value: 1 }],
    sort: [],
  },
]

/** Views that exist without anybody saving them: each as soon as what it filters on does. */
export const builtInViews = (fields: ReadonlyMap<string, unknown>): View[] =>
  builtIns
    .filter(({ filter }) => conditionsOf(filter).every(({ field }) => fields.has(field)))
    .map((view) => ({ ...view, builtIn: true, shared: true, mine: false, columns: [] }))

/** The class of a risk of not renewing (0 to 1): high from 25%, medium from 15%. */
export const riskClass = (risk: number | null): 'low' | 'medium' | 'high' | null =>
  risk === null ? null : risk >= 0.25 ? 'high' : risk >= 0.15 ? 'medium' : 'low'

/**
 * The 95% interval of a sum of estimates from the squared distances to the ends of their intervals, which need not be
 * symmetric (MOVER; Zou and Donner, Statistics in Medicine 27, 2008). What is squared is the distance of a whole
 * segment: its customers share one rate and err together, segments err independently of each other.
 */
export const sumInterval = (sum: number, squaresBelow: number, squaresAbove: number) => ({
  low: sum - Math.sqrt(squaresBelow),
  high: sum + Math.sqrt(squaresAbove),
  method: 'segments' as const,
})

export const binCount = 12

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power
}

/**
 * Ends of the bins of a histogram, ascending, at round numbers. Money and counts have long tails: what lies beyond
 * the 98% quantile shares the last bin. Shares begin at 0. Empty where there is nothing to show.
 */
export function binEdges(
  stats: Readonly<{ min: number | null; max: number | null; p98: number | null }>,
  unit: Unit | null,
): number[] {
  const { min, max, p98 } = stats
  if (min === null || max === null || p98 === null) return []
  const start = unit === 'share' && min >= 0 ? 0 : min
  if (max === start) return [start, start === 0 ? 1 : start + Math.abs(start)]
  const whole = unit === 'count' || unit === 'days'
  const bulk = unit === 'share' ? max : Math.max(p98, start + (max - start) / 1e6)
  const nice = niceStep((bulk - start) / (binCount - 1))
  const step = whole ? Math.max(1, Math.ceil(nice)) : nice
  const first = Math.floor(start / step)
  // A whole number has a bin of its own, also when it is the last.
  const end = whole ? Math.floor(bulk / step) + 1 : Math.ceil(bulk / step)
  const last = Math.max(first + 1, end)
  const edges = Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  )
  return [...edges.slice(0, -1), Math.max(edges.at(-1) ?? max, max)]
}

/** What the field list says of a field. */
export const describeField = (field: FieldDef, options: Field['options']): Field => ({
  code: field.code,
  label: field.label,
  type: field.type,
  unit: field.unit,
  ops: [...opsOf(field)],
  sortable: sortable(field),
  options,
})

type CsvCell = string | number | boolean | null

const csvReadingParts = ['', '.low', '.high', '.state', '.as_of'] as const

/** Header of an export: id and name, then the columns; a reading takes five, because its value never stands alone. */
export const csvHeader = (columns: readonly string[], catalogue: Catalogue): string[] => [
  'id',
  'name',
  ...csvFields(columns, catalogue).flatMap((field) =>
    field.source === 'reading'
      ? csvReadingParts.map((part) => csvName(field, catalogue) + part)
      : [field.code],
  ),
]

const csvFields = (columns: readonly string[], { fields }: Catalogue): FieldDef[] =>
  columns.flatMap((code) => {
    const field = fields.get(code)
    return field && sortable(field) && code !== 'name' ? [field] : []
  })

/** Money says its currency and that it is in minor units. */
const csvName = (field: FieldDef, { currency }: Catalogue): string =>
  field.unit === 'money' ? `${field.key}_${currency.toLowerCase()}_minor` : field.key

export const csvRow = (row: Row, columns: readonly string[], catalogue: Catalogue): CsvCell[] => [
  row.id,
  row.name,
  ...csvFields(columns, catalogue).flatMap((field): CsvCell[] => {
    if (field.source === 'custom') return [row.custom[field.key] ?? null]
    if (field.source === 'account') return [accountCell(row, field.code)]
    const reading = row.readings[field.key]
    return reading
      ? [reading.value, reading.low, reading.high, reading.state, reading.asOf]
      : csvReadingParts.map(() => null)
  }),
]

function accountCell(row: Row, code: string): CsvCell {
  const cells: Readonly<Record<string, CsvCell>> = {
    domain: row.domain,
    segment: row.segment,
    region: row.region,
    plan: row.plan,
    stage: row.stage,
    owner: row.owner?.name ?? null,
    seats: row.seats,
    started_on: row.startedOn,
    renews_on: row.renewsOn,
    churn_flag: row.churnFlag,
    left: row.left,
  }
  return cells[code] ?? null
}
