import type { WorkspaceId } from '../../platform/auth/workspace-id.ts'
import type { Ctx } from '../../platform/context.ts'

/** What a column may be read as. Money becomes minor units, a day 'YYYY-MM-DD', an instant ISO text in UTC. */
export type FieldType = 'text' | 'integer' | 'decimal' | 'money' | 'boolean' | 'day' | 'instant' | 'email'

/** A field that a column can fill. */
export type ImportField = Readonly<{
  name: string
  label: string
  type: FieldType
  required?: boolean
  /** A day or time that can only have happened already: more than a day ahead it refuses the row. */
  past?: boolean
  /** Header names that other systems use for it, lower case, words parted by a space. */
  synonyms: readonly string[]
  help?: string
}>

/** Asked before a file is read, because no file says it. */
export type Question = 'asOf' | 'unknownAccounts' | 'currency' | 'timeZone'

export type Answers = Readonly<{
  /** Name of the system that the ids come from; the same id in another source is another record. */
  source: string
  /** Day on which a snapshot was taken. */
  asOf: string | null
  /** What happens to a row whose account is not known. */
  unknownAccounts: 'refuse' | 'create'
  currency: string
  timeZone: string
}>

export type Cell = string | number | boolean | null

/** A row of the file: mapped fields parsed (null where the cell is empty), all other columns as they stand. */
export type ImportRow = Readonly<{
  rowNumber: number
  cells: Readonly<Record<string, Cell>>
  others: Readonly<Record<string, string>>
}>

/** Tables of the records store that an import may write. */
export type Entity =
  | 'account'
  | 'person'
  | 'person_role'
  | 'subscription'
  | 'invoice'
  | 'churn_event'
  | 'ticket'
  | 'ticket_event'
  | 'survey_answer'
  | 'message'

/** Points to a record by what its source calls it. */
export type Reference = Readonly<{
  /**
   * 'subscription' stands for the account that it belongs to; only counts of use may name one. A user is a member of
   * the team, called by e-mail address.
   */
  entity: 'account' | 'person' | 'survey' | 'subscription' | 'user'
  externalId: string
  /** Left empty when the record is not known, instead of refusing the row. */
  optional?: boolean
  /** Columns of a survey that has to be created, such as kind, scale_min and scale_max. */
  create?: Readonly<Record<string, unknown>>
}>

/** A record to be written: the engine finds out whether it is new, changed, the same or a repeated id. */
export type Draft = Readonly<{
  entity: Entity
  /** null when the source gives no id: then its content is its identity. */
  externalId: string | null
  /** Column names of the table; the engine adds id and workspace_id. */
  values: Readonly<Record<string, unknown>>
  /** Columns to be filled with the id of another record. */
  refs?: Readonly<Record<string, Reference>>
}>

/** Why a row is refused (error) or worth a look (warning). Worded by the UI. */
export type Fault = Readonly<{
  severity: 'error' | 'warning'
  code: string
  params?: Readonly<Record<string, unknown>>
  column?: string
}>

export type Mapped = Readonly<{ drafts: readonly Draft[]; faults: readonly Fault[] }>

/** Counts of use on one day, on their way to the events store. */
export type UsageDraft = Readonly<{
  externalId: string | null
  account: Reference
  day: string
  feature: string
  user: string | null
  count: number
  seconds: number
  errors: number
}>

/** A record that many rows tell about in turn, such as a ticket and its log. */
export type Fold<State> = Readonly<{
  entity: Entity
  /** Id of the record that the row is about; null refuses the row. */
  key(row: ImportRow): string | null
  /** Reads what is stored (a row of the entity's table), or null when it is new. */
  restore(stored: Readonly<Record<string, unknown>> | null): State | null
  /** Adds one row: the new state, and records of what changed. Pure. */
  step(
    state: State | null,
    row: ImportRow,
    answers: Answers,
  ): { state: State; drafts: readonly Draft[]; faults: readonly Fault[] }
  /** The record to store. */
  draft(state: State, key: string): Draft
}>

/** Sources that contradict each other; the code names the rule that decides, worded by the UI. */
export type Disagreement = Readonly<{
  code: string
  params: Readonly<Record<string, unknown>>
  count: number
}>

type Common = Readonly<{
  kind: string
  label: string
  says: string
  fields: readonly ImportField[]
  asks: readonly Question[]
  /** Whether columns that fit no field may be kept in `others`; chosen for all of them when true. */
  custom?: boolean
  /** Where what is stored now contradicts itself: the rule that decides, and how often. For the report after a run. */
  disagreements?(ctx: Ctx): Promise<readonly Disagreement[]>
  /** Totals of what is stored now, for the report after a run: name -> number. */
  totals?(ctx: Ctx): Promise<Readonly<Record<string, number>>>
}>

/**
 * What a domain offers to the import: which fields it knows and, as a pure function, what a row becomes.
 * Everything else (reading, identity, batches, progress, resuming, undo) is the engine's.
 */
export type ImportType = Common &
  (
    | Readonly<{ target: 'records'; map(row: ImportRow, answers: Answers): Mapped }>
    | Readonly<{ target: 'log'; fold: Fold<unknown> }>
    | Readonly<{
        target: 'usage'
        map(row: ImportRow, answers: Answers): { draft: UsageDraft | null; faults: readonly Fault[] }
      }>
  )

/** A field by its name, label, type and the header names that others use for it. */
export const field = (
  name: string,
  label: string,
  type: FieldType,
  ...synonyms: readonly string[]
): ImportField => ({ name, label, type, synonyms })
export const required = (of: ImportField): ImportField => ({ ...of, required: true })
export const past = (of: ImportField): ImportField => ({ ...of, past: true })

/** The words of a cell; null where it holds none. */
export const textOf = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell).trim() || null
export const numberOf = (cell: Cell | undefined): number | null => (typeof cell === 'number' ? cell : null)
export const booleanOf = (cell: Cell | undefined): boolean | null => (typeof cell === 'boolean' ? cell : null)

export const error = (code: string, column?: string, params: Record<string, unknown> = {}): Fault => ({
  severity: 'error',
  code,
  column,
  params,
})

export const warning = (code: string, column?: string, params: Record<string, unknown> = {}): Fault => ({
  severity: 'warning',
  code,
  column,
  params,
})

/** Emitted when an import has finished or was undone: derived tables and readings follow from it. */
export const importFinished = 'import.finished'
export type ImportFinished = Readonly<{ importId: string; kind: string; workspace: WorkspaceId }>
