import { sql, type ExpressionBuilder } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import type { Tables } from '../../platform/db/tables.ts'
import { notFound } from '../../platform/errors.ts'
import type { RawRow } from '../../platform/tabular/raw-row.ts'
import { csvLine } from '../../platform/tabular/write-csv.ts'
import type { z } from 'zod'
import type { ImportType } from './import-type.ts'
import type { ImportState } from './model.ts'
import { checkPlan, keepsCustom, templateFits } from './model/plan.ts'
import { rowReader } from './model/read-row.ts'
import {
  Counts,
  type Failure,
  type Import,
  type ImportIssue,
  type ImportKind,
  type ImportPage,
  type Inspection,
  type IssueGroup,
  type IssuePage,
  type Plan,
  type Preview,
  type Report,
  type Template,
} from './schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** What a kind asks and takes, for the page that maps columns. */
export const kindsOf = (types: readonly ImportType[]): z.output<typeof ImportKind>[] =>
  types.map((type) => ({
    kind: type.kind,
    label: type.label,
    says: type.says,
    asks: [...type.asks],
    custom: keepsCustom(type),
    fields: type.fields.map(({ name, label, type: fieldType, required, help }) => ({
      name,
      label,
      type: fieldType,
      required: required ?? false,
      help: help ?? null,
    })),
  }))

const summaries = (ctx: Scope) =>
  ctx.pg
    .selectFrom('import')
    .leftJoin('appUser', 'appUser.id', 'import.createdBy')
    .select([
      'import.id',
      'import.fileName',
      'import.fileBytes',
      'import.state',
      'import.kind',
      'import.rowsDone',
      'import.bytesDone',
      'import.counts',
      'import.error',
      'import.createdAt',
      'import.startedAt',
      'import.finishedAt',
      'appUser.name as createdBy',
    ])
    .where('import.workspaceId', '=', ctx.workspace)

type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['executeTakeFirstOrThrow']>>
const summary = (row: SummaryRow) => ({
  ...row,
  state: row.state as ImportState,
  counts: Counts.parse(row.counts),
  error: (row.error ?? null) as Failure | null,
})

/** Imports, the newest first. `before` is the `next` of the page before. */
export async function listImports(
  ctx: Scope,
  limit: number,
  before?: string,
): Promise<z.output<typeof ImportPage>> {
  const rows = await summaries(ctx)
    .$if(before !== undefined, (query) => query.where('import.id', '<', before as string))
    .orderBy('import.id', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit).map(summary)
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

export async function getImport(ctx: Scope, types: readonly ImportType[], id: string): Promise<Import> {
  const row = await summaries(ctx)
    .select(['import.inspection', 'import.plan', 'import.report', 'import.fileSha256'])
    .where('import.id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('import')
  const { inspection, plan, report, fileSha256, ...rest } = row
  const seen = inspection as Inspection
  const planned = plan as Plan
  const type = types.find((candidate) => candidate.kind === planned.kind)
  const same = await ctx.pg
    .selectFrom('import')
    .select(['id', 'createdAt', 'state'])
    .where('workspaceId', '=', ctx.workspace)
    .where('fileSha256', '=', fileSha256)
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .limit(20)
    .execute()
  const templates = await fittingTemplates(ctx, seen.dialect.columns)
  return {
    ...summary(rest),
    inspection: seen,
    plan: planned,
    report: report as Report,
    faults: checkPlan(type, planned, seen.columns),
    sameFile: same.map((other) => ({ ...other, state: other.state as ImportState })),
    templates: templates.map(({ id: templateId, name, kind }) => ({ id: templateId, name, kind })),
  }
}

export async function listTemplates(ctx: Scope): Promise<z.output<typeof Template>[]> {
  const rows = await ctx.pg
    .selectFrom('importTemplate')
    .select(['id', 'name', 'kind', 'header', 'createdAt'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ ...row, header: row.header as string[] }))
}

export type StoredTemplate = Readonly<{
  id: string
  name: string
  kind: string
  header: string[]
  plan: Plan
}>

/** Templates whose columns are all in the file, the one that knows most of them first. */
export async function fittingTemplates(ctx: Scope, columns: readonly string[]): Promise<StoredTemplate[]> {
  const rows = await ctx.pg
    .selectFrom('importTemplate')
    .select(['id', 'name', 'kind', 'header', 'plan'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('createdAt', 'desc')
    .execute()
  return (rows as StoredTemplate[])
    .filter((template) => templateFits(template.header, columns))
    .sort((a, b) => b.header.length - a.header.length)
}

/** The source that the latest import named: files that belong together share it. */
export async function latestSource(ctx: Scope): Promise<string | null> {
  const { rows } = await sql<{ source: string | null }>`
    select plan -> 'answers' ->> 'source' as source from import
    where workspace_id = ${ctx.workspace} and state = 'done' order by id desc limit 1`.execute(ctx.pg)
  return rows[0]?.source ?? null
}

/** Types of custom fields that exist, by key: a column keeps the type that its field has. */
export async function customTypesOf(ctx: Scope, kind: string): Promise<Map<string, string>> {
  const rows = await ctx.pg
    .selectFrom('customField')
    .select(['key', 'type'])
    .where('workspaceId', '=', ctx.workspace)
    .where('entity', '=', kind === 'people' ? 'person' : 'account')
    .execute()
  return new Map(rows.map(({ key, type }) => [key, type]))
}

/** The first rows as they would be written: raw and parsed side by side, with what is wrong. */
export async function previewImport(
  ctx: Scope & Pick<Ctx, 'clock'>,
  types: readonly ImportType[],
  id: string,
): Promise<Preview> {
  const { plan, inspection } = await getImport(ctx, types, id)
  const type = types.find((candidate) => candidate.kind === plan.kind)
  const columns = inspection.dialect.columns
  if (!type) return { columns, rows: [] }
  const reader = rowReader(type, plan, columns, ctx.clock(), await customTypesOf(ctx, plan.kind))
  const rows = inspection.sample.map(({ row, line, fields }) => {
    const raw: RawRow = { row, line, fields, problem: sampleProblem(fields, columns) }
    const read = reader.read(raw)
    const refused = read.faults.some((fault) => fault.severity === 'error')
    const mapped = refused ? null : mapOne(type, read.row, plan)
    const faults = [...read.faults, ...(mapped?.faults ?? [])]
    return {
      row,
      line,
      raw: fields,
      cells: { ...read.row.cells, ...read.custom },
      faults: faults.map(({ severity, code, params, column }) => ({
        severity,
        code,
        params: { ...params },
        column: column ?? null,
      })),
      records: mapped?.records ?? [],
    }
  })
  return { columns, rows }
}

const sampleProblem = (fields: readonly string[], columns: readonly string[]): RawRow['problem'] =>
  fields.length === columns.length
    ? null
    : {
        code: fields.length < columns.length ? 'too_few_fields' : 'too_many_fields',
        params: { expected: columns.length, found: fields.length },
        raw: fields.join(','),
      }

function mapOne(
  type: ImportType,
  row: Parameters<Extract<ImportType, { target: 'records' }>['map']>[0],
  plan: Plan,
) {
  if (type.target === 'records') {
    const { drafts, faults } = type.map(row, plan.answers)
    return {
      faults,
      records: drafts.map(({ entity, externalId, values }) => ({
        entity,
        externalId,
        values: { ...values },
      })),
    }
  }
  if (type.target === 'usage') {
    const { draft, faults } = type.map(row, plan.answers)
    const { externalId = null, account, ...values } = draft ?? {}
    return {
      faults,
      records: draft
        ? [{ entity: 'usage_count', externalId, values: { ...values, account: account?.externalId } }]
        : [],
    }
  }
  const key = type.fold.key(row)
  if (key === null) return { faults: [], records: [] }
  const { state, drafts, faults } = type.fold.step(null, row, plan.answers)
  return {
    faults,
    records: [type.fold.draft(state, key), ...drafts].map(({ entity, externalId, values }) => ({
      entity,
      externalId,
      values: { ...values },
    })),
  }
}

const issueColumns = [
  'id',
  'severity',
  'code',
  'params',
  'rowNumber',
  'lineNumber',
  'columnName',
  'raw',
] as const

type Phase = 'check' | 'run'
/** One group of issues; what is left out is any. A column of null stands for whole rows. */
export type IssueFilter = Readonly<{
  severity?: ImportIssue['severity']
  code?: string
  column?: string | null
}>

const ofGroup =
  ({ severity, code, column }: IssueFilter) =>
  (eb: ExpressionBuilder<Tables, 'importIssue'>) =>
    eb.and([
      ...(severity === undefined ? [] : [eb('severity', '=', severity)]),
      ...(code === undefined ? [] : [eb('code', '=', code)]),
      ...(column === undefined ? [] : [eb('columnName', 'is not distinct from', column)]),
    ])

async function issuesAfter(
  ctx: Scope,
  importId: string,
  phase: Phase,
  after: number,
  limit: number,
  filter: IssueFilter = {},
): Promise<ImportIssue[]> {
  const rows = await ctx.pg
    .selectFrom('importIssue')
    .select(issueColumns)
    .where('workspaceId', '=', ctx.workspace)
    .where('importId', '=', importId)
    .where('phase', '=', phase)
    .where('id', '>', after)
    .where(ofGroup(filter))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ columnName, ...row }) => ({
    ...row,
    severity: row.severity as ImportIssue['severity'],
    params: row.params as Record<string, unknown>,
    raw: row.raw as string[] | null,
    column: columnName,
  }))
}

/** What the kept issues are about: by severity, code and column, the most frequent first. */
export async function issueGroups(ctx: Scope, id: string, phase: Phase): Promise<IssueGroup[]> {
  await requireImport(ctx, id)
  const { rows } = await sql<{ count: number; exampleId: number }>`
    select count(*) as count, min(id) as example_id from import_issue
    where workspace_id = ${ctx.workspace} and import_id = ${id} and phase = ${phase}
    group by severity, code, column_name order by severity, count desc, code, column_name limit 200`.execute(
    ctx.pg,
  )
  const examples = await Promise.all(
    rows.map(({ exampleId }) => issuesAfter(ctx, id, phase, exampleId - 1, 1)),
  )
  return rows.flatMap(({ count }, i) => {
    const example = examples[i]?.[0]
    return example
      ? [{ severity: example.severity, code: example.code, column: example.column, count, example }]
      : []
  })
}

async function requireImport(ctx: Scope, id: string) {
  const row = await ctx.pg
    .selectFrom('import')
    .select(['counts', 'inspection', 'fileName', 'startedAt'])
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('import')
  return row
}

/**
 * Issues of the dry run or of the run, all or those of one group, in the order of the file. `after` is the `next` of the
 * page before; `more` counts over all groups.
 */
export async function listIssues(
  ctx: Scope,
  id: string,
  phase: Phase,
  limit: number,
  after = 0,
  filter: IssueFilter = {},
): Promise<z.output<typeof IssuePage>> {
  const { counts, startedAt } = await requireImport(ctx, id)
  const found = await issuesAfter(ctx, id, phase, after, limit + 1, filter)
  const { total } = await ctx.pg
    .selectFrom('importIssue')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('workspaceId', '=', ctx.workspace)
    .where('importId', '=', id)
    .where('phase', '=', phase)
    .where(ofGroup(filter))
    .executeTakeFirstOrThrow()
  const { errors, warnings, issuesKept } = Counts.parse(counts)
  const counted = (phase === 'run') === (startedAt !== null)
  const items = found.slice(0, limit)
  const next = found.length > limit ? (items.at(-1)?.id ?? null) : null
  return { items, next, total, more: counted ? Math.max(0, errors + warnings - issuesKept) : 0 }
}

const issuePage = 2_000

/** Every issue that was kept as CSV, in pieces: row, line, column, code, what is wrong, and the row as it stood. */
export async function* issuesCsv(
  ctx: Scope,
  id: string,
  phase: Phase,
  words: (issue: ImportIssue) => string,
  filter: IssueFilter = {},
): AsyncGenerator<string> {
  const { inspection } = await requireImport(ctx, id)
  const { columns } = (inspection as Inspection).dialect
  const header = ['row', 'line', 'severity', 'column', 'code', 'what is wrong', ...columns]
  yield `\ufeff${csvLine(header)}\r\n`
  for (let after = 0; ;) {
    const issues = await issuesAfter(ctx, id, phase, after, issuePage, filter)
    if (issues.length === 0) return
    after = issues.at(-1)?.id ?? after
    const lines = issues.map((issue) => {
      const { rowNumber, lineNumber, severity, column, code, raw } = issue
      return `${csvLine([rowNumber, lineNumber, severity, column, code, words(issue), ...(raw ?? [])])}\r\n`
    })
    yield lines.join('')
  }
}

/** Ids that rows referred to and nobody knew, the most frequent first. */
export async function unknownReferences(
  ctx: Scope,
  importId: string,
): Promise<NonNullable<Report['unknown']>> {
  const { rows } = await sql<{ entity: string; externalId: string; rows: number }>`
    select entity, external_id, count(*) as rows from (
      select params ->> 'entity' as entity, params ->> 'externalId' as external_id
      from import_issue
      where workspace_id = ${ctx.workspace} and import_id = ${importId} and phase = 'run' and code like 'unknown\\_%'
        and params ? 'externalId'
      union all
      select target_entity, target_external_id from pending_reference
      where workspace_id = ${ctx.workspace} and import_id = ${importId} and resolved_by is null
        and entity = target_entity) named
    group by 1, 2 order by rows desc, 2 limit 100`.execute(ctx.pg)
  return rows
}
