import { constants, createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Ctx } from '../../platform/context.ts'
import { Problem } from '../../platform/errors.ts'
import { requestCheck, requestRun } from './actions.ts'
import type { ImportType } from './import-type.ts'
import { issueWords } from './issue-words.ts'
import { checkImport } from './jobs/check.ts'
import { runImport } from './jobs/run.ts'
import { doubtfulKinds } from './model/guess.ts'
import { disagreementSentence, inTotalOrder, sourceSentences, totalText } from './model/report-words.ts'
import { planImport } from './plan-import.ts'
import { getImport, listIssues, listTemplates } from './reads.ts'
import type { Import, PlanFault, PlanInput } from './schema.ts'
import { receiveUpload } from './upload.ts'

export type ImportFileOptions = Readonly<{
  path: string
  kind?: string
  /** Column -> field; '' leaves the column out, 'custom' keeps it as a custom field. */
  mapping?: Readonly<Record<string, string>>
  /** Name of a saved plan. */
  template?: string
  asOf?: string
  source?: string
  currency?: string
  timeZone?: string
  /** Column that names the account, or 'none' where the kind allows that. */
  account?: string
  unknownAccounts?: 'refuse' | 'create'
  /** Column -> order of its dates, or decimal mark. */
  dateOrder?: 'dmy' | 'mdy'
  decimalMark?: '.' | ','
  encoding?: string
  delimiter?: string
  sheet?: string
  saveAs?: string
  dryRun?: boolean
  /** Import although some rows are refused. */
  yes?: boolean
  uploadMaxBytes?: number
  signal?: AbortSignal
  say(line: string): void
}>

const faultWords: Readonly<Record<PlanFault['code'], (fault: PlanFault) => string>> = {
  unknown_kind: () => 'The kind is not known. Name it with --kind.',
  field_missing: ({ field }) => `No column fills "${field}". Name one with --map "column=${field}".`,
  field_twice: ({ field }) => `Two columns fill "${field}". Leave one out with --map "column=".`,
  unknown_field: ({ column, field }) =>
    `Column "${column}" is to fill "${field}", which this kind does not have.`,
  no_custom_fields: ({ column }) => `Column "${column}" cannot become a custom field here. Leave it out.`,
  day_order_unknown: ({ column }) =>
    `Column "${column}" could be day-month or month-day. Say --date-order dmy or mdy.`,
  decimal_mark_unknown: ({ column }) =>
    `Column "${column}" could have a point or a comma. Say --decimal-mark.`,
  as_of_missing: () => 'This kind is a picture of one day. Say which with --as-of YYYY-MM-DD.',
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

function columnChoices(stored: Import, options: ImportFileOptions): PlanInput['columns'] {
  const columns: NonNullable<PlanInput['columns']> = {}
  const choose = (name: string, to: string) => {
    if (!(name in stored.plan.columns))
      throw new Problem(
        422,
        'no_such_column',
        `The file has no column "${name}". It has ${Object.keys(stored.plan.columns).join(', ')}.`,
      )
    columns[name] =
      to === '' ? { use: 'leave' } : to === 'custom' ? { use: 'custom' } : { use: 'field', field: to }
  }
  const fillers = (field: string) =>
    Object.entries(stored.plan.columns)
      .filter(([, column]) => column.use === 'field' && column.field === field)
      .map(([name]) => name)
  if (options.account !== undefined) {
    for (const name of fillers('account')) choose(name, '')
    if (options.account !== 'none') choose(options.account, 'account')
  }
  for (const [name, to] of Object.entries(options.mapping ?? {})) {
    if (to !== '' && to !== 'custom') for (const other of fillers(to)) if (other !== name) choose(other, '')
    choose(name, to)
  }
  return columns
}

/** Answers to what the cells cannot decide, for every column that leaves it open. */
function formatChoices(stored: Import, { dateOrder, decimalMark }: ImportFileOptions): PlanInput['columns'] {
  const columns: NonNullable<PlanInput['columns']> = {}
  for (const { column } of stored.faults) {
    const format = column === null ? undefined : stored.plan.columns[column]?.format
    if (column === null || !format) continue
    if ('order' in format && dateOrder) columns[column] = { format: { ...format, order: dateOrder } }
    if ('decimals' in format && decimalMark) columns[column] = { format: { ...format, decimal: decimalMark } }
  }
  return columns
}

async function plan(
  ctx: Ctx,
  types: readonly ImportType[],
  id: string,
  options: ImportFileOptions,
): Promise<Import> {
  const { kind, template, encoding, delimiter, sheet, asOf, source, currency, timeZone, unknownAccounts } =
    options
  const templateId = template && (await listTemplates(ctx)).find(({ name }) => name === template)?.id
  if (template && !templateId)
    throw new Problem(404, 'not_found', `There is no template named "${template}".`)
  const reading = { encoding, delimiter, sheet }
  const answers = { asOf, source, currency, timeZone, unknownAccounts }
  await planImport(ctx, types, id, {
    ...(kind ? { kind } : {}),
    ...(templateId ? { templateId } : {}),
    ...(encoding || delimiter || sheet ? { reading: defined(reading) } : {}),
    answers: defined(answers),
  })
  const guessed = await getImport(ctx, types, id)
  await planImport(ctx, types, id, { columns: columnChoices(guessed, options) })
  const mapped = await getImport(ctx, types, id)
  const columns = formatChoices(mapped, options)
  await planImport(ctx, types, id, { columns, ...(options.saveAs ? { saveAs: options.saveAs } : {}) })
  return getImport(ctx, types, id)
}

const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Partial<T>

function sayPlan(stored: Import, say: (line: string) => void): void {
  const { dialect, kinds, format } = stored.inspection
  const how =
    dialect.kind === 'sheet'
      ? `sheet "${dialect.sheet}"`
      : `${dialect.encoding}, parted by ${JSON.stringify(dialect.delimiter)}`
  const sure = kinds.find(({ kind }) => kind === stored.kind)?.confidence ?? 0
  say(`${stored.fileName}: ${format}, ${how}, ${dialect.columns.length} columns.`)
  const guess = stored.inspection.encoding
  if (guess?.evidence === 'proposed' && guess.encoding === dialect.encoding)
    say(
      `Please check: the encoding is a guess. It reads "${String(guess.preview)}"; --encoding names another one.`,
    )
  say(`Taken for ${stored.kind} (${percent(sure)}), source "${stored.plan.answers.source}".`)
  for (const [
    name,
    {
      use,
      field,
      format: { type },
    },
  ] of Object.entries(stored.plan.columns))
    say(`  ${name} -> ${use === 'field' ? field : use === 'custom' ? 'custom field' : 'left out'} (${type})`)
  for (const other of stored.sameFile)
    say(`This very file was uploaded before, on ${other.createdAt.slice(0, 10)} (${other.state}).`)
}

function sayCounts({ counts }: Import, say: (line: string) => void): void {
  const { rows, new: fresh, changed, same, refused, repeated, accountsCreated } = counts
  say(
    `${rows} rows: ${fresh} new, ${changed} changed, ${same} the same, ${refused} refused, ${repeated} with an id that came before.`,
  )
  if (accountsCreated > 0)
    say(`${accountsCreated} unknown accounts ${rows > 0 ? 'created' : 'to be created'}.`)
}

/** Lines of a list that are shown; the rest is counted. */
const shownIssues = 10

async function sayIssues(ctx: Ctx, stored: Import, phase: 'check' | 'run', say: (line: string) => void) {
  const { items, total, more } = await listIssues(ctx, stored.id, phase, shownIssues)
  for (const issue of items)
    say(`  row ${issue.rowNumber ?? '?'}${issue.column ? `, ${issue.column}` : ''}: ${issueWords(issue)}`)
  if (items.length > 0 && total + more > items.length) say(`  and ${total + more - items.length} more.`)
}

function sayReport({ report, plan: { answers } }: Import, say: (line: string) => void): void {
  const totals = inTotalOrder(report.totals ?? {})
  if (totals.length > 0) say('Stored now, of this kind, from all imports:')
  for (const [name, amount] of totals) {
    const { term, value } = totalText(name, amount, answers.currency)
    say(`  ${term}: ${value}`)
  }
  const unknown = report.unknown ?? []
  if (unknown.length > 0) say('Ids that nobody knows, named by rows of this file:')
  for (const { entity, externalId, rows } of unknown.slice(0, shownIssues))
    say(`  ${entity} ${externalId}: ${rows} ${rows === 1 ? 'row' : 'rows'}`)
  if (unknown.length > shownIssues) say(`  and ${unknown.length - shownIssues} more.`)
  for (const disagreement of report.disagreements ?? []) {
    say(disagreementSentence(disagreement))
    for (const line of sourceSentences(disagreement)) say(`  ${line}`)
  }
}

function refuse(stored: Import): void {
  if (stored.faults.length === 0) return
  throw new Problem(
    422,
    'plan_incomplete',
    stored.faults.map((fault) => faultWords[fault.code](fault)).join('\n'),
  )
}

/** Nobody is asked on the command line, so a guess that may be wrong is not acted upon. */
function refuseDoubtfulKind({ fileName, inspection, plan: { kind } }: Import): void {
  const doubtful = doubtfulKinds(inspection.kinds, kind)
  if (doubtful.length === 0) return
  const likely = doubtful.map((guess) => `${guess.kind} (${percent(guess.confidence)})`).join(' or ')
  throw new Problem(
    422,
    'kind_unclear',
    `What ${fileName} holds is not clear: most likely ${likely}. Nothing was imported. Say which with --kind, such as --kind ${doubtful[0]!.kind}.`,
  )
}

/**
 * Imports a file of this machine, saying what is guessed, how far it is and what came of it. Tries the whole file first;
 * rows that would be refused stop it unless `yes`. Throws a Problem whose detail says what to do.
 */
export async function importFile(
  ctx: Ctx,
  types: readonly ImportType[],
  options: ImportFileOptions,
): Promise<Import> {
  const { say, path, signal = new AbortController().signal } = options
  const uploadMaxBytes = options.uploadMaxBytes ?? Number.MAX_SAFE_INTEGER
  await access(path, constants.R_OK).catch(() => {
    throw new Problem(404, 'file_unreadable', `There is no file ${path} that can be read.`)
  })
  const { id } = await receiveUpload(ctx, types, createReadStream(path), basename(path), { uploadMaxBytes })
  const planned = await plan(ctx, types, id, options)
  sayPlan(planned, say)
  if (!options.kind && !options.template) refuseDoubtfulKind(planned)
  refuse(planned)
  const every = 20_000
  let told = 0
  const onProgress = (rows: number) => {
    if (rows - told < every) return
    told = rows
    say(`  ${rows} rows`)
  }
  say('Trying the whole file.')
  await requestCheck(ctx, { id, queued: false })
  await checkImport(ctx, types, id, signal, onProgress)
  const tried = await getImport(ctx, types, id)
  sayCounts(tried, say)
  await sayIssues(ctx, tried, 'check', say)
  if (tried.error) throw new Problem(422, tried.error.code, tried.error.detail)
  if (options.dryRun) {
    say(`Nothing was imported. The upload is kept as ${id}.`)
    return tried
  }
  if (tried.counts.refused > 0 && !options.yes)
    throw new Problem(
      422,
      'rows_refused',
      `${tried.counts.refused} rows would be refused. Mend them, or import the others with --yes.`,
    )
  say('Importing.')
  told = 0
  await requestRun(ctx, { id, queued: false })
  await runImport(ctx, types, id, signal, { onProgress })
  const done = await getImport(ctx, types, id)
  if (done.state === 'waiting' || done.state === 'running')
    throw new Problem(409, 'taken_on', 'This import was stopped here and goes on in the server.')
  if (done.error) throw new Problem(422, done.error.code, done.error.detail)
  sayCounts(done, say)
  await sayIssues(ctx, done, 'run', say)
  sayReport(done, say)
  return done
}
