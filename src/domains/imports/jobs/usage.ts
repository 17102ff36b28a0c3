import type { ClickHouseClient } from '@clickhouse/client'
import { createHash } from 'node:crypto'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { contentHash } from '../model/identity.ts'
import type { UsageRow } from './decide-batch.ts'

type Of = Readonly<{ workspace: string; importId: string }>

/** Text before the last colon of a row's key: its source and the id that it gives. */
const identity = `substring(row_key, 1, length(row_key) - position(reverse(row_key), ':'))`
const nil = '00000000-0000-0000-0000-000000000000'

/** How a count is known: by source and id, or by its content; a row of its own for each content, or each row. */
export function usageKey(source: string, { source: row, draft, accountId }: UsageRow) {
  const { externalId, day, feature, user, count, seconds, errors } = draft
  const hash = contentHash([accountId, day, feature, user, count, seconds, errors]).slice(0, 32)
  const within = encodeURIComponent(source)
  const id = externalId === null ? `${within}#${hash}` : `${within}=${externalId}`
  return { identity: id, row_key: `${id}:${externalId === null ? row.raw.row : hash}` }
}

/** Tells users of a workspace apart without naming them: what stands with the counts is no personal data. */
const surrogateOf = (workspace: string, user: string): string =>
  createHash('sha256').update(`${workspace}\n${user}`).digest('hex').slice(0, 32)

/** Puts counts where they wait for the end of the file; the same rows again replace themselves. */
export async function stageUsage(
  ch: ClickHouseClient,
  { workspace, importId }: Of,
  source: string,
  rows: readonly UsageRow[],
): Promise<void> {
  if (rows.length === 0) return
  await ch.insert({
    table: 'import_usage',
    format: 'JSONEachRow',
    values: rows.map((row) => ({
      import_id: importId,
      row_number: row.source.raw.row,
      workspace_id: workspace,
      account_id: row.accountId,
      day: row.draft.day,
      ...usageKey(source, row),
      feature: row.draft.feature,
      user: row.draft.user ? surrogateOf(workspace, row.draft.user) : '',
      count: row.draft.count,
      seconds: row.draft.seconds,
      errors: row.draft.errors,
    })),
  })
}

/** Forgets counts that wait; also when there are none. */
export async function dropStaged(ch: ClickHouseClient, { importId }: Of): Promise<void> {
  await ch.command({
    query: 'ALTER TABLE import_usage DROP PARTITION {importId:UUID}',
    query_params: { importId },
  })
}

/** A share of the counts: whatever has one identity is in one slice, so that no query outgrows its time or memory. */
export type Slice = Readonly<{ slices: number; slice: number }>
const sliceRows = 1_000_000

/** The slices in which so many rows are worked off. */
export function slicesOf(rows: number, rowsEach = sliceRows): Slice[] {
  const slices = Math.max(1, Math.ceil(rows / rowsEach))
  return Array.from({ length: slices }, (_, slice) => ({ slices, slice }))
}

const inSlice = (of: string) => `cityHash64(${of}) % {slices:UInt32} = {slice:UInt32}`

async function stagedSlices(ch: ClickHouseClient, { importId }: Of, rowsEach?: number): Promise<Slice[]> {
  const [found] = await chRows<{ rows: number }>(
    ch,
    'SELECT toFloat64(count()) AS rows FROM import_usage WHERE import_id = {importId:UUID}',
    { importId },
  )
  return slicesOf(found?.rows ?? 0, rowsEach)
}

const earlier = `usage_count FINAL WHERE workspace_id = {workspace:UUID} AND deleted = 0 AND import_id != {importId:UUID}`
/** As it was before this import was published, so that weighing and publishing can be done again. */
const before = `usage_count FINAL WHERE workspace_id = {workspace:UUID} AND import_id != {importId:UUID}
  AND (deleted = 0 OR superseded_by = {importId:UUID}) AND ${inSlice(identity)}`
const staged = `import_usage FINAL WHERE import_id = {importId:UUID} AND ${inSlice('identity')}`

export type UsageOutcome = Readonly<{
  new: number
  changed: number
  same: number
  repeats: readonly Readonly<{ identity: string; row: number; otherRow: number }>[]
}>

/** What publishing the waiting counts does to those stored. Reads only. */
export async function weighUsage(ch: ClickHouseClient, of: Of, rowsEach?: number): Promise<UsageOutcome> {
  const sum = { new: 0, changed: 0, same: 0, repeats: [] as UsageOutcome['repeats'][number][] }
  for (const slice of await stagedSlices(ch, of, rowsEach)) {
    const part = await weighSlice(ch, { ...of, ...slice })
    sum.new += part.new
    sum.changed += part.changed
    sum.same += part.same
    for (const repeat of part.repeats) if (sum.repeats.length < repeatsKept) sum.repeats.push(repeat)
  }
  return { ...sum, repeats: sum.repeats.sort((a, b) => a.row - b.row) }
}

const repeatsKept = 100_000

async function weighSlice(ch: ClickHouseClient, params: Of & Slice): Promise<UsageOutcome> {
  const [tally] = await chRows<{ rows: number; same: number; changed: number }>(
    ch,
    `SELECT toFloat64(count()) AS rows,
       toFloat64(countIf(row_key IN (SELECT row_key FROM ${before}))) AS same,
       toFloat64(countIf(row_key NOT IN (SELECT row_key FROM ${before})
         AND identity IN (SELECT ${identity} FROM ${before}))) AS changed
     FROM ${staged}`,
    params,
  )
  const repeats = await chRows<{ identity: string; numbers: string[] }>(
    ch,
    `SELECT identity, arraySort(groupArray(row_number)) AS numbers FROM (
       SELECT identity, row_key, min(row_number) AS row_number FROM ${staged} AND position(identity, '=') > 0
       GROUP BY identity, row_key)
     GROUP BY identity HAVING count() > 1 LIMIT ${repeatsKept}`,
    params,
  )
  const { rows = 0, same = 0, changed = 0 } = tally ?? {}
  return {
    same,
    changed,
    new: rows - same - changed,
    repeats: repeats.flatMap(({ identity: id, numbers }) =>
      numbers.slice(1).map((row) => ({
        identity: id.slice(id.indexOf('=') + 1),
        row: Number(row),
        otherRow: Number(numbers[0]),
      })),
    ),
  }
}

const columns = 'workspace_id, account_id, day, row_key, feature, users, count, seconds, errors, import_id'

/**
 * Makes the waiting counts count: rows that are stored already stay as they are, new ones are added, and rows of earlier
 * imports whose id came again with other content are superseded. Doing it again changes nothing.
 */
export async function publishUsage(
  ch: ClickHouseClient,
  of: Of,
  version: number,
  rowsEach?: number,
): Promise<void> {
  for (const slice of await stagedSlices(ch, of, rowsEach))
    await publishSlice(ch, { ...of, ...slice, version })
}

async function publishSlice(
  ch: ClickHouseClient,
  query_params: Of & Slice & Readonly<{ version: number }>,
): Promise<void> {
  await ch.command({
    query: `INSERT INTO usage_count (${columns}, version, deleted, recorded_at, recorded_from)
      SELECT any(workspace_id), account_id, day, row_key, any(feature), if(any(user) = '', [], [any(user)]), any(count),
        any(seconds), any(errors), {importId:UUID}, {version:UInt64}, 0, toDateTime64(day, 3, 'UTC'), 'assumed'
      FROM ${staged} AND row_key NOT IN (SELECT row_key FROM ${before})
      GROUP BY account_id, day, row_key`,
    query_params,
  })
  await ch.command({
    query: `INSERT INTO usage_count (${columns}, superseded_by, version, deleted, recorded_at, recorded_from)
      SELECT ${columns}, {importId:UUID}, {version:UInt64}, 1, recorded_at, recorded_from
      FROM ${before} AND ${identity} IN (SELECT identity FROM ${staged})
        AND row_key NOT IN (SELECT row_key FROM ${staged})`,
    query_params,
  })
}

/** Accounts whose counts an import added or superseded. */
export async function usageAccounts(ch: ClickHouseClient, { workspace, importId }: Of): Promise<string[]> {
  const rows = await chRows<{ id: string }>(
    ch,
    `SELECT DISTINCT toString(account_id) AS id FROM usage_count FINAL
     WHERE workspace_id = {workspace:UUID} AND (import_id = {importId:UUID} OR superseded_by = {importId:UUID})`,
    { workspace, importId },
  )
  return rows.map((row) => row.id)
}

/** How many counts of a slice an import added or superseded: what an undo of it puts back. */
export async function usageRows(
  ch: ClickHouseClient,
  of: Of,
  slice: Slice = { slices: 1, slice: 0 },
): Promise<number> {
  const [found] = await chRows<{ rows: number }>(
    ch,
    `SELECT toFloat64(count()) AS rows FROM usage_count FINAL WHERE workspace_id = {workspace:UUID}
       AND ((import_id = {importId:UUID} AND deleted = 0) OR superseded_by = {importId:UUID}) AND ${inSlice(identity)}`,
    { ...of, ...slice },
  )
  return found?.rows ?? 0
}

/** First day and day after the last of the counts that an import added or superseded. */
export async function usageDays(ch: ClickHouseClient, { workspace, importId }: Of) {
  const [days] = await chRows<{ rows: number; first: string; after: string }>(
    ch,
    `SELECT toFloat64(count()) AS rows, toString(min(day)) AS first, toString(max(day) + 1) AS after FROM usage_count FINAL
     WHERE workspace_id = {workspace:UUID} AND (import_id = {importId:UUID} OR superseded_by = {importId:UUID})`,
    { workspace, importId },
  )
  return days && days.rows > 0 ? { fromDay: days.first, toDay: days.after } : { fromDay: null, toDay: null }
}

/** Accounts that other imports' counts name, of those given. */
export async function usedElsewhere(
  ch: ClickHouseClient,
  { workspace, importId }: Of,
  accountIds: readonly string[],
): Promise<Set<string>> {
  if (accountIds.length === 0) return new Set()
  const rows = await chRows<{ id: string }>(
    ch,
    `SELECT DISTINCT toString(account_id) AS id FROM ${earlier} AND account_id IN {accountIds:Array(UUID)}`,
    { workspace, importId, accountIds: [...accountIds] },
  )
  return new Set(rows.map((row) => row.id))
}

/**
 * Takes a slice of an import's counts back and reinstates what it had superseded, unless a later import has the same id:
 * then that one supersedes it. Doing it again changes nothing.
 */
export async function undoUsage(ch: ClickHouseClient, of: Of & Slice, version: number): Promise<void> {
  const query_params = { ...of, version, nil }
  await ch.command({
    query: `INSERT INTO usage_count (${columns}, superseded_by, version, deleted, recorded_at, recorded_from)
      SELECT ${columns}, {nil:UUID}, {version:UInt64}, 1, recorded_at, recorded_from FROM usage_count FINAL
      WHERE workspace_id = {workspace:UUID} AND import_id = {importId:UUID}
        AND (deleted = 0 OR superseded_by != {nil:UUID}) AND ${inSlice(identity)}`,
    query_params,
  })
  await ch.command({
    query: `INSERT INTO usage_count (${columns}, superseded_by, version, deleted, recorded_at, recorded_from)
      SELECT old.workspace_id, old.account_id, old.day, old.row_key, old.feature, old.users, old.count, old.seconds,
        old.errors, old.import_id, if(later.found = 1, later.by, {nil:UUID}), {version:UInt64}, later.found,
        old.recorded_at, old.recorded_from
      FROM (SELECT *, ${identity} AS id FROM usage_count FINAL
        WHERE workspace_id = {workspace:UUID} AND superseded_by = {importId:UUID} AND ${inSlice(identity)}) AS old
      LEFT JOIN (SELECT ${identity} AS id, any(import_id) AS by, toUInt8(1) AS found FROM ${earlier} AND ${inSlice(identity)} GROUP BY id) AS later
        ON later.id = old.id`,
    query_params,
  })
}
