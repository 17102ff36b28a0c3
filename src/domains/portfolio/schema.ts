import { z } from 'zod'

/** What a condition may ask. `unknown` is the only one that a missing value answers with yes. */
export const ops = [
  'is',
  'is_not',
  'one_of',
  'contains',
  'at_least',
  'at_most',
  'between',
  'within_days',
  'known',
  'unknown',
] as const
export const Op = z.enum(ops)
export type Op = z.output<typeof Op>

export const fieldTypes = ['text', 'choice', 'number', 'day', 'boolean', 'account', 'view'] as const
export const FieldType = z.enum(fieldTypes)
export type FieldType = z.output<typeof FieldType>

/** What a number counts, so that it can be written: money is in minor units, a share runs from 0 to 1. */
export const units = ['number', 'count', 'money', 'share', 'days'] as const
export const Unit = z.enum(units)
export type Unit = z.output<typeof Unit>

/** Text that the records store can hold. */
const Text = z
  .string()
  .max(500)
  .refine((text) => !text.includes('\u0000'), 'Take the invisible character out.')
const Scalar = z.union([Text, z.number(), z.boolean()])

export const Part = z.enum(['value', 'low', 'high', 'state'])
export type Part = z.output<typeof Part>

export const Condition = z
  .object({
    /** `name`, `segment` ..., `custom.<key>`, `reading.<code>`, `account` or `view`. */
    field: z.string().min(1).max(200),
    /** Of a reading: its value (the default), an end of its interval, or its state. */
    part: Part.optional(),
    op: Op,
    value: z.union([Scalar, z.array(Scalar).max(1_000)]).optional(),
  })
  .meta({ id: 'FilterCondition' })
export type Condition = z.output<typeof Condition>

/** Conditions of which one is enough. */
export const AnyOf = z.object({ any: z.array(Condition).min(1).max(50) }).meta({ id: 'FilterGroup' })

/**
 * Conditions and groups that must all hold. Customers that have left, and merged ones, are left out unless a condition
 * on `left` asks for them.
 */
export const Filter = z
  .array(z.union([AnyOf, Condition]))
  .max(50)
  .meta({ id: 'Filter' })
export type Filter = z.output<typeof Filter>

export const Sort = z
  .object({ field: z.string().min(1).max(200), dir: z.enum(['asc', 'desc']).default('asc') })
  .meta({ id: 'PortfolioSort' })
export type Sort = z.output<typeof Sort>

const FindText = Text.trim()

export const PortfolioQuery = z.object({
  filter: Filter.default([]),
  /** Words of the name or domain. */
  find: FindText.default(''),
})
export type PortfolioQuery = z.output<typeof PortfolioQuery>

export const Sorts = z.array(Sort).max(5)
export const Columns = z.array(z.string().min(1).max(200)).max(60)

export const RowsQuery = PortfolioQuery.extend({
  sort: Sorts.default([]),
  offset: z.int().min(0).max(10_000_000).default(0),
  limit: z.int().min(1).max(200).default(100),
  /** Codes of fields; readings among them are fetched. */
  columns: Columns.default([]),
})
export type RowsQuery = z.output<typeof RowsQuery>

export const SummaryQuery = PortfolioQuery.extend({ columns: Columns.default([]) })
export type SummaryQuery = z.output<typeof SummaryQuery>

export const Option = z.object({ value: z.string(), label: z.string(), count: z.int() })

export const Field = z
  .object({
    code: z.string(),
    /** Given by people for custom fields; null where the UI has the word for it. */
    label: z.string().nullable(),
    type: FieldType,
    unit: Unit.nullable(),
    ops: z.array(Op),
    sortable: z.boolean(),
    /** The most frequent values with how many customers have them. */
    options: z.array(Option),
  })
  .meta({ id: 'PortfolioField' })
export type Field = z.output<typeof Field>

export const Fields = z
  .object({
    fields: z.array(Field),
    /** ISO 4217; of every amount of money here. */
    currency: z.string(),
    /** The day that relative conditions count from, in the workspace's time zone. */
    today: z.string(),
  })
  .meta({ id: 'PortfolioFields' })
export type Fields = z.output<typeof Fields>

export const readingStates = ['ok', 'not_enough_data', 'stale'] as const

export const RowReading = z
  .object({
    state: z.enum(readingStates),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.number().nullable(),
    asOf: z.string(),
    series: z.array(z.number().nullable()).nullable(),
    /** The usual range of the last value, where the reading has one. */
    usual: z.tuple([z.number(), z.number()]).nullable(),
  })
  .meta({ id: 'PortfolioReading' })
export type RowReading = z.output<typeof RowReading>

const CustomValue = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const Row = z
  .object({
    id: z.uuid(),
    name: z.string(),
    domain: z.string().nullable(),
    stage: z.string().nullable(),
    owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    segment: z.string().nullable(),
    region: z.string().nullable(),
    plan: z.string().nullable(),
    seats: z.int().nullable(),
    startedOn: z.string().nullable(),
    renewsOn: z.string().nullable(),
    churnFlag: z.boolean().nullable(),
    left: z.boolean(),
    custom: z.record(z.string(), CustomValue),
    readings: z.record(z.string(), RowReading),
  })
  .meta({ id: 'PortfolioRow' })
export type Row = z.output<typeof Row>

export const RowsPage = z.object({ rows: z.array(Row), total: z.int() }).meta({ id: 'PortfolioPage' })
export type RowsPage = z.output<typeof RowsPage>

const Contribution = z.object({
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  amount: z.number(),
})

export const Peek = z
  .object({
    row: Row,
    /** What each reading is made of, by its code: the parts add up to its value. */
    contributions: z.record(z.string(), z.array(Contribution)),
    pinned: z.boolean(),
  })
  .meta({ id: 'PortfolioPeek' })
export type Peek = z.output<typeof Peek>

/** Half-open [from, to); the last bin holds its end too. */
export const Bin = z.object({ from: z.number(), to: z.number(), count: z.int() })

export const ColumnSummary = z
  .object({
    field: z.string(),
    /** How many customers have a value, and how many have none. */
    n: z.int(),
    unknown: z.int(),
    sum: z.number().nullable(),
    median: z.number().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    /** The sum of money with its 95% interval, only where every value has one: see `sumInterval` in model.ts. */
    sumInterval: z.object({ low: z.number(), high: z.number(), method: z.literal('segments') }).nullable(),
    bins: z.array(Bin),
  })
  .meta({ id: 'PortfolioColumnSummary' })
export type ColumnSummary = z.output<typeof ColumnSummary>

export const Summary = z
  .object({ count: z.int(), columns: z.array(ColumnSummary) })
  .meta({ id: 'PortfolioSummary' })
export type Summary = z.output<typeof Summary>

const ViewName = z.string().trim().min(1, 'Give the view a name.').max(80)

/** What is saved of a view. `columns` empty means the usual ones. */
export const NewView = z.object({
  name: ViewName,
  filter: Filter.default([]),
  sort: Sorts.default([]),
  columns: Columns.default([]),
  shared: z.boolean().default(false),
})
export const ViewChange = z.object({
  name: ViewName.optional(),
  filter: Filter.optional(),
  sort: Sorts.optional(),
  columns: Columns.optional(),
  shared: z.boolean().optional(),
})

export const View = z
  .object({
    /** A uuid, or the code of a built-in view. */
    id: z.string(),
    name: z.string(),
    builtIn: z.boolean(),
    shared: z.boolean(),
    mine: z.boolean(),
    filter: Filter,
    sort: Sorts,
    columns: Columns,
  })
  .meta({ id: 'PortfolioView' })
export type View = z.output<typeof View>

export const ViewCount = z.object({ id: z.string(), count: z.int() }).meta({ id: 'PortfolioViewCount' })

export const riskClasses = ['low', 'medium', 'high'] as const
export const Pin = z
  .object({ id: z.uuid(), name: z.string(), risk: z.enum(riskClasses).nullable() })
  .meta({ id: 'Pin' })
export type Pin = z.output<typeof Pin>

export const Assignment = z.object({
  accountIds: z.array(z.uuid()).min(1).max(1_000),
  ownerId: z.uuid().nullable(),
})
/** Who looked after each account before, so that it can be taken back. */
export const Assigned = z.object({
  before: z.array(z.object({ ownerId: z.uuid().nullable(), accountIds: z.array(z.uuid()) })),
})
