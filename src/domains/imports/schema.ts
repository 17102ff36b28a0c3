import { z } from 'zod'
import { TimeZone } from '../team/schema.ts'
import { states } from './model.ts'

const NumberFormat = z.object({
  type: z.enum(['integer', 'decimal', 'money']),
  decimal: z.enum(['.', ',']).nullable(),
  thousands: z.enum(['.', ',', ' ', "'"]).nullable(),
  decimals: z.int().min(0).max(20),
  percent: z.boolean(),
  currency: z.string().max(8).nullable(),
})
const Words = z.array(z.string().trim().toLowerCase().min(1).max(40)).min(1).max(20)

/** How the cells of a column are read. null within it is a question that must be answered first. */
export const Format = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('boolean'), trueWords: Words, falseWords: Words }),
    NumberFormat.extend({ type: z.literal('integer') }),
    NumberFormat.extend({ type: z.literal('decimal') }),
    NumberFormat.extend({ type: z.literal('money') }),
    z.object({ type: z.literal('date'), order: z.enum(['dmy', 'mdy']).nullable() }),
    z.object({ type: z.literal('dateTime'), order: z.enum(['dmy', 'mdy']).nullable() }),
    z.object({ type: z.literal('serialDate'), date1904: z.boolean() }),
    z.object({ type: z.enum(['email', 'url', 'text', 'empty']) }),
  ])
  .meta({ id: 'ImportFormat' })
export type Format = z.output<typeof Format>

/** What happens to a column: it fills a field, becomes a custom field, or is left out. */
export const ColumnPlan = z
  .object({
    use: z.enum(['field', 'custom', 'leave']),
    field: z.string().max(80).nullable().default(null),
    format: Format,
    /** Texts that stand for "no value", besides empty cells. */
    missing: z.array(z.string().max(40)).max(50),
    /** Share of agreement between the column and the field it was given, 0 to 1; null when a person chose. */
    confidence: z.number().min(0).max(1).nullable().default(null),
  })
  .meta({ id: 'ImportColumnPlan' })
export type ColumnPlan = z.output<typeof ColumnPlan>

export const AnswersInput = z.object({
  source: z.string().trim().min(1).max(80),
  asOf: z.iso.date().nullable(),
  unknownAccounts: z.enum(['refuse', 'create']),
  currency: z
    .string()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, 'Use three letters such as EUR.'),
  timeZone: TimeZone,
})

export const Plan = z
  .object({
    kind: z.string().max(40),
    columns: z.record(z.string(), ColumnPlan),
    answers: AnswersInput,
    /** Template that the plan came from. */
    template: z.object({ id: z.uuid(), name: z.string() }).nullable().default(null),
  })
  .meta({ id: 'ImportPlan' })
export type Plan = z.output<typeof Plan>

/** How a person wants the file to be read; what is left out is detected. */
export const Reading = z.object({
  encoding: z.string().max(40).optional(),
  delimiter: z.string().length(1).optional(),
  header: z.boolean().optional(),
  preambleRows: z.int().min(0).max(1_000).optional(),
  sheet: z.string().max(80).optional(),
})

export const PlanInput = z.object({
  kind: z.string().max(40).optional(),
  reading: Reading.optional(),
  columns: z
    .record(z.string(), ColumnPlan.pick({ use: true, field: true, format: true, missing: true }).partial())
    .optional(),
  answers: AnswersInput.partial().optional(),
  /** Use this template first. */
  templateId: z.uuid().optional(),
  /** Keep the plan as a template of this name. */
  saveAs: z.string().trim().min(1).max(80).optional(),
})
export type PlanInput = z.output<typeof PlanInput>

const Count = z.object({ mark: z.string(), count: z.int() })

/** What a column seems to hold, with the evidence. */
export const ColumnGuess = z
  .object({
    index: z.int(),
    name: z.string(),
    format: Format,
    rows: z.int(),
    missing: z.int(),
    missingMarks: z.array(Count),
    possibleMarks: z.array(Count),
    exceptions: z.object({
      count: z.int(),
      examples: z.array(z.object({ row: z.int(), value: z.string() })),
    }),
    undecided: z.enum(['dayOrder', 'decimalMark']).nullable(),
    evidence: z.array(z.object({ proves: z.string(), row: z.int(), value: z.string() })),
    hint: z.object({ order: z.enum(['dmy', 'mdy']), column: z.string() }).nullable(),
    dayOnly: z.int(),
    zoned: z.int(),
    alternatives: z.array(z.string()),
    currencies: z.array(z.object({ currency: z.string(), count: z.int() })),
    distinct: z.object({ count: z.int(), capped: z.boolean() }),
    min: z.string().nullable(),
    max: z.string().nullable(),
    longestChars: z.int(),
    examples: z.array(z.string()),
  })
  .meta({ id: 'ImportColumn' })

const Dialect = z.object({
  kind: z.enum(['delimited', 'sheet']),
  encoding: z.string().optional(),
  delimiter: z.string().optional(),
  quote: z.string().nullable().optional(),
  sheet: z.string().optional(),
  preambleRows: z.int(),
  header: z.boolean(),
  columns: z.array(z.string()),
})

export const Inspection = z
  .object({
    format: z.enum(['text', 'gzip', 'xlsx']),
    dialect: Dialect,
    header: z.object({ evidence: z.string(), certain: z.boolean() }),
    encoding: z.object({ encoding: z.string() }).loose().nullable(),
    sheets: z.array(z.object({ name: z.string(), hidden: z.boolean() })),
    columns: z.array(ColumnGuess),
    /** First rows as they stand. */
    sample: z.array(z.object({ row: z.int(), line: z.int(), fields: z.array(z.string()) })),
    /** Kinds that the file could be, best first. */
    kinds: z.array(z.object({ kind: z.string(), confidence: z.number(), named: z.int().default(0) })),
  })
  .meta({ id: 'ImportInspection' })
export type Inspection = z.output<typeof Inspection>

const Tally = z.object({ new: z.int(), changed: z.int(), same: z.int() })
export const Counts = z.object({
  rows: z.int().default(0),
  /** Rows by what became of them; a row that cannot be used is refused. */
  new: z.int().default(0),
  changed: z.int().default(0),
  same: z.int().default(0),
  refused: z.int().default(0),
  /** Rows whose id came earlier in this file with other content: kept and reported. */
  repeated: z.int().default(0),
  errors: z.int().default(0),
  warnings: z.int().default(0),
  /** Issues that can be read and downloaded; the rest is only counted. */
  issuesKept: z.int().default(0),
  accountsCreated: z.int().default(0),
  /** Undo: records that somebody changed since, left as they are. */
  left: z.int().default(0),
  /** Undo: changes that are put back already, of all that there are. */
  undone: z.int().default(0),
  toUndo: z.int().default(0),
  records: z.record(z.string(), Tally).default({}),
})
export type Counts = z.output<typeof Counts>

export const Disagreement = z.object({
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  count: z.int(),
})

export const Report = z
  .object({
    totals: z.record(z.string(), z.number()).optional(),
    unknown: z.array(z.object({ entity: z.string(), externalId: z.string(), rows: z.int() })).optional(),
    disagreements: z.array(Disagreement).optional(),
    customFields: z.array(z.object({ entity: z.string(), key: z.string() })).optional(),
    /** Days that usage counts touched, half-open. */
    fromDay: z.string().nullable().optional(),
    toDay: z.string().nullable().optional(),
  })
  .meta({ id: 'ImportReport' })
export type Report = z.output<typeof Report>

export const Failure = z.object({
  /** What was under way; an import whose undo was stopped can only go on with the undo. */
  phase: z.enum(['check', 'run', 'undo']),
  /** Of the reading of files, or `stopped` by a person. */
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  /** Sentence that says what to do. */
  detail: z.string(),
  /** Last row that was read. */
  row: z.int(),
})
export type Failure = z.output<typeof Failure>

export const PlanFault = z.object({
  code: z.enum([
    'unknown_kind',
    'field_missing',
    'field_twice',
    'unknown_field',
    'no_custom_fields',
    'day_order_unknown',
    'decimal_mark_unknown',
    'as_of_missing',
  ]),
  column: z.string().nullable(),
  field: z.string().nullable(),
})
export type PlanFault = z.output<typeof PlanFault>

const Summary = z.object({
  id: z.uuid(),
  fileName: z.string(),
  fileBytes: z.int(),
  state: z.enum(states),
  kind: z.string().nullable(),
  rowsDone: z.int(),
  bytesDone: z.int(),
  counts: Counts,
  error: Failure.nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  createdBy: z.string().nullable(),
})
export const ImportSummary = Summary.meta({ id: 'ImportSummary' })

export const Import = Summary.extend({
  inspection: Inspection,
  plan: Plan,
  report: Report,
  /** What must be answered before the file can be checked or imported. */
  faults: z.array(PlanFault),
  /** Earlier imports of exactly this file. */
  sameFile: z.array(z.object({ id: z.uuid(), createdAt: z.string(), state: z.enum(states) })),
  templates: z.array(z.object({ id: z.uuid(), name: z.string(), kind: z.string() })),
}).meta({ id: 'Import' })
export type Import = z.output<typeof Import>

export const ImportPage = z.object({ items: z.array(ImportSummary), next: z.string().nullable() })

export const ImportIssue = z
  .object({
    id: z.int(),
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    params: z.record(z.string(), z.unknown()),
    rowNumber: z.int().nullable(),
    lineNumber: z.int().nullable(),
    column: z.string().nullable(),
    raw: z.array(z.string()).nullable(),
  })
  .meta({ id: 'ImportIssue' })
export type ImportIssue = z.output<typeof ImportIssue>
export const IssuePage = z.object({
  items: z.array(ImportIssue),
  next: z.int().nullable(),
  total: z.int(),
  /** Issues that were counted but not kept. */
  more: z.int(),
})

/** Issues of one kind at one column, with the first of them as an example. */
export const IssueGroup = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    column: z.string().nullable(),
    count: z.int(),
    example: ImportIssue,
  })
  .meta({ id: 'ImportIssueGroup' })
export type IssueGroup = z.output<typeof IssueGroup>

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
const FaultView = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  column: z.string().nullable(),
})
export const Preview = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(
      z.object({
        row: z.int(),
        line: z.int(),
        raw: z.array(z.string()),
        /** Parsed values by field or custom key. */
        cells: z.record(z.string(), Cell),
        faults: z.array(FaultView),
        /** Records that the row would write. */
        records: z.array(
          z.object({
            entity: z.string(),
            externalId: z.string().nullable(),
            values: z.record(z.string(), z.unknown()),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'ImportPreview' })
export type Preview = z.output<typeof Preview>

export const ImportKind = z
  .object({
    kind: z.string(),
    label: z.string(),
    says: z.string(),
    asks: z.array(z.enum(['asOf', 'unknownAccounts', 'currency', 'timeZone'])),
    /** Whether columns may become custom fields. */
    custom: z.boolean(),
    fields: z.array(
      z.object({
        name: z.string(),
        label: z.string(),
        type: z.string(),
        required: z.boolean(),
        help: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ImportKind' })

export const Template = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    header: z.array(z.string()),
    createdAt: z.string(),
  })
  .meta({ id: 'ImportTemplate' })

/** Payload of the fact `import.finished`. */
export const FinishedPayload = z.object({
  importId: z.uuid(),
  kind: z.string(),
  undone: z.boolean(),
  fromDay: z.string().nullable(),
  toDay: z.string().nullable(),
})
