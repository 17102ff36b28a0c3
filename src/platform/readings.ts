import { createHash } from 'node:crypto'
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import { z } from 'zod'
import { allEnded } from './all-ended.ts'
import type { Ctx } from './context.ts'
import type { Tables } from './db/tables.ts'
import { enqueueJob } from './jobs/enqueue.ts'

export type ReadingState = 'ok' | 'not_enough_data' | 'stale'

/** One part of a reading, on the reading's own scale; the parts add up to its value. */
export type Contribution = Readonly<{ code: string; params: Record<string, unknown>; amount: number }>

/** A record behind a reading: what the evidence mark opens. */
export type Evidence = Readonly<{
  kind: string
  id: string | null
  at: string | null
  code: string
  params: Record<string, unknown>
}>

/** A judgement about an account, with how sure it is, what it is made of and what it rests on. */
export type Reading = Readonly<{
  accountId: string
  code: string
  state: ReadingState
  /** null exactly when there is not enough data: unknown is never zero. */
  value: number | null
  low: number | null
  high: number | null
  n: number | null
  asOf: string
  snapshotId: string | null
  contributions: readonly Contribution[]
  evidence: readonly Evidence[]
  /** What is missing, a short series, the labels of its scale. */
  detail: Record<string, unknown>
}>

/** A domain's way to compute its readings for some accounts: the same code for one account and for all. */
export type Reader = Readonly<{
  codes: readonly string[]
  /** Brings tables that follow from records up to date, before any reader computes from them. */
  derive?(ctx: Ctx, accountIds: readonly string[]): Promise<void>
  compute(ctx: Ctx, accountIds: readonly string[], asOf: Date): Promise<readonly Reading[]>
}>

export const recomputeJob = 'readings.recompute'

/** Channel on which PostgreSQL tells (NOTIFY) whose readings say something new, when they are stored. */
export const readingsChanged = 'readings_changed'
/** Its message, as JSON; `accountIds` null means many accounts. */
export const ReadingsChanged = z.object({
  workspace: z.uuid(),
  accountIds: z.array(z.uuid()).nullable(),
})
export type ReadingsChanged = z.output<typeof ReadingsChanged>

/** A message has less than 8,000 bytes. */
const namedInOne = 150
const namedAccounts = 1_000

function changeMessages(workspace: string, readings: readonly Reading[]): string[] {
  const ids = [...new Set(readings.map(({ accountId }) => accountId))]
  const message = (accountIds: ReadingsChanged['accountIds']) => JSON.stringify({ workspace, accountIds })
  if (ids.length > namedAccounts) return [message(null)]
  return Array.from({ length: Math.ceil(ids.length / namedInOne) }, (_, at) =>
    message(ids.slice(at * namedInOne, (at + 1) * namedInOne)),
  )
}

/** The first word of a reading's code: the domain that computes it. */
const domainOf = (code: string): string => code.split('.')[0]!

type Pg = Kysely<Tables> | Transaction<Tables>

/**
 * Puts the accounts that `accounts` selects by id on the list. One that is there stays with what it had asked for, and
 * asks for these domains' readings as well (null: for all); its place is that of its first mark.
 *
 * @param passing whether they are many of which nobody waits for one: they come behind those that something touched
 */
const putOnList = (
  pg: Pg,
  workspace: string,
  accounts: RawBuilder<unknown>,
  domains: readonly string[] | null,
  passing: boolean,
) =>
  sql`
    insert into reading_due (workspace_id, account_id, readers, passing)
    select ${workspace}::uuid, id, ${domains && [...domains]}::text[], ${passing}::boolean
    from (${accounts}) as named(id) order by id
    on conflict (workspace_id, account_id) do update set enqueued_at = excluded.enqueued_at,
      since = case when reading_due.passing and not excluded.passing then excluded.since else reading_due.since end,
      passing = reading_due.passing and excluded.passing,
      readers = case when reading_due.readers is null or excluded.readers is null then null
        else array(select distinct unnest(reading_due.readers || excluded.readers) order by 1) end`.execute(
    pg,
  )

const askForReadings = (pg: Pg, workspace: string): Promise<void> =>
  enqueueJob(pg, workspace, { job: recomputeJob, key: recomputeJob, queue: recomputeJob })

/**
 * Remembers that these accounts changed and asks for their readings, inside the caller's transaction. The rows stay
 * locked until it ends, so that nobody computes from before the change and counts it as done.
 *
 * @param domains whose readings may have moved, by the first word of their codes; without them those of all.
 */
export async function markDue(
  pg: Pg,
  workspace: string,
  accountIds: readonly string[],
  domains: readonly string[] | null = null,
): Promise<void> {
  if (accountIds.length === 0) return
  const accounts = sql`select unnest(${[...new Set(accountIds)]}::uuid[])`
  await putOnList(pg, workspace, accounts, domains, false)
  await askForReadings(pg, workspace)
}

/** Remembers that a file changed these accounts, or those they were merged into; the caller asks for the readings. */
export async function markFiledDue(pg: Pg, workspace: string, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length === 0) return
  const accounts = sql`
    select distinct root_id from account
    where workspace_id = ${workspace} and id = any(${[...new Set(accountIds)]}::uuid[])`
  await putOnList(pg, workspace, accounts, null, true)
}

/** Marks every account of the workspace, for example after a new snapshot; see `markDue`. */
export async function markAllDue(
  pg: Pg,
  workspace: string,
  domains: readonly string[] | null = null,
): Promise<void> {
  const accounts = sql`select id from account where workspace_id = ${workspace} and merged_into is null`
  await putOnList(pg, workspace, accounts, domains, true)
  await askForReadings(pg, workspace)
}

/**
 * An account on the list, with the domains whose readings are due (null: all) and the time of its mark to the
 * microsecond: another mark since is another time.
 */
type Due = Readonly<{ accountId: string; domains: string[] | null; mark: string }>

/**
 * The accounts to compute next; those whose change is still under way are passed over. Most are those that something
 * touched last: under more load than can be worked off, nearly everybody is still served at once. The others have waited
 * longest, neighbours together because both stores keep them together: so all come to their turn, and a pass to its end.
 */
async function nextDue(ctx: Ctx, limit: number): Promise<readonly Due[]> {
  const next = (where: RawBuilder<unknown>, room: number) => sql<Due>`
    select account_id, readers as domains, enqueued_at::text as mark from reading_due
    where workspace_id = ${ctx.workspace} and ${where} limit ${room} for update skip locked`
  const { rows: touched } = await next(
    sql`not passing order by enqueued_at desc, account_id`,
    Math.floor((limit * 3) / 4),
  ).execute(ctx.pg)
  const ids = touched.map(({ accountId }) => accountId)
  const { rows: waiting } = await next(
    sql`account_id <> all(${ids}::uuid[]) order by since, account_id`,
    limit - touched.length,
  ).execute(ctx.pg)
  return [...touched, ...waiting]
}

/** Takes computed accounts off the list, but for those that were marked again since or are being changed. */
async function settle(ctx: Ctx, due: readonly Due[]): Promise<void> {
  await sql`
    delete from reading_due where (workspace_id, account_id) in (
      select d.workspace_id, d.account_id from reading_due d
      join unnest(${due.map(({ accountId }) => accountId)}::uuid[], ${due.map(({ mark }) => mark)}::timestamptz[])
        as done(account_id, mark) on done.account_id = d.account_id and done.mark = d.enqueued_at
      where d.workspace_id = ${ctx.workspace} for update of d skip locked)`.execute(ctx.pg)
}

/** A column of many rows as one array. JSON escapes as array literals do, and is written faster than by the driver. */
const column = (
  values: readonly unknown[],
  type: 'uuid' | 'text' | 'float8' | 'int4' | 'timestamptz' | 'jsonb',
) =>
  sql`${`{${values.map((value) => (value === null ? 'null' : JSON.stringify(value))).join()}}`}::${sql.raw(type)}[]`

type Fresh = Reading & Readonly<{ content: string }>

/** With the name of what it says, its time apart. */
function withContent(reading: Reading): Fresh {
  const { asOf: _, ...says } = reading
  return { ...reading, content: createHash('md5').update(JSON.stringify(says)).digest('base64url') }
}

const columns = (readings: readonly Fresh[]): RawBuilder<unknown> => {
  const of = (value: (reading: Fresh) => unknown, type: Parameters<typeof column>[1]) =>
    column(readings.map(value), type)
  return sql`${of((one) => one.accountId, 'uuid')}, ${of((one) => one.code, 'text')},
    ${of((one) => one.state, 'text')}, ${of((one) => one.value, 'float8')}, ${of((one) => one.low, 'float8')},
    ${of((one) => one.high, 'float8')}, ${of((one) => one.asOf, 'timestamptz')}, ${of((one) => one.content, 'text')}`
}
const columnNames = sql.raw('account_id, code, state, value, low, high, as_of, content')

/** What says the same as what is stored may be as of so much earlier (SQL interval): a write costs more than it tells. */
const laggingTime = '1 minute'

type Compared = Readonly<{ moved: Fresh[]; changed: Fresh[]; later: Fresh[] }>

/**
 * Parts readings into those that say something new (`moved`: whose state, value or interval is another) and those that
 * say the same as what is stored, but `later`; what says the same as of just before is neither. One look into the key
 * for each.
 */
async function compare(ctx: Ctx, readings: readonly Fresh[]): Promise<Compared> {
  const { rows } = await sql<{ place: number; moved: boolean; changed: boolean; later: boolean | null }>`
    select r.place, o.content is distinct from r.content as changed,
      abs(extract(epoch from r.as_of - o.as_of)) > extract(epoch from ${laggingTime}::interval) as later,
      o.code is null or (o.state, o.value, o.low, o.high) is distinct from (r.state, r.value, r.low, r.high) as moved
    from unnest(${columns(readings)}) with ordinality as r(${columnNames}, place)
    left join lateral (
      select state, value, low, high, code, content, as_of from reading
      where workspace_id = ${ctx.workspace} and account_id = r.account_id and code = r.code limit 1) o on true
    order by r.place`.execute(ctx.pg)
  const where = (wanted: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(wanted).map(({ place }) => readings[place - 1]!)
  return {
    moved: where(({ moved }) => moved),
    changed: where(({ moved, changed }) => moved || changed),
    later: where(({ moved, changed, later }) => !moved && !changed && later === true),
  }
}

/** What says the same, says it as of later. */
async function storeTimes(ctx: Ctx, readings: readonly Fresh[], computedAt: Date): Promise<void> {
  if (readings.length === 0) return
  await sql`
    update reading set as_of = r.as_of, computed_at = ${computedAt.toISOString()}::timestamptz
    from unnest(${columns(readings)}) as r(${columnNames})
    where reading.workspace_id = ${ctx.workspace} and reading.account_id = r.account_id
      and reading.code = r.code`.execute(ctx.pg)
}

/** Stores the readings and tells who listens, in one statement. */
async function storeLatest(ctx: Ctx, readings: readonly Fresh[], computedAt: Date): Promise<void> {
  if (readings.length === 0) return
  const text = (of: (reading: Reading) => unknown) =>
    column(
      readings.map((one) => JSON.stringify(of(one))),
      'jsonb',
    )
  await sql`
    with stored as (
    insert into reading (workspace_id, ${columnNames}, n, snapshot_id, contributions, evidence, detail, computed_at)
    select ${ctx.workspace}::uuid, r.*, ${computedAt.toISOString()}::timestamptz
    from unnest(${columns(readings)}, ${column(
      readings.map((one) => one.n),
      'int4',
    )}, ${column(
      readings.map((one) => one.snapshotId),
      'uuid',
    )},
      ${text((one) => one.contributions)}, ${text((one) => one.evidence)}, ${text((one) => one.detail)}) as r
    on conflict (workspace_id, account_id, code) do update set
      state = excluded.state, value = excluded.value, low = excluded.low, high = excluded.high, n = excluded.n,
      as_of = excluded.as_of, snapshot_id = excluded.snapshot_id, contributions = excluded.contributions,
      evidence = excluded.evidence, detail = excluded.detail, computed_at = excluded.computed_at,
      content = excluded.content)
    select pg_notify(${readingsChanged}, message)
    from unnest(${changeMessages(ctx.workspace, readings)}::text[]) message`.execute(ctx.pg)
}

const instant = (iso: string): string => iso.replace('T', ' ').replace('Z', '')

async function storeHistory(ctx: Ctx, readings: readonly Reading[], recordedAt: Date): Promise<void> {
  if (readings.length === 0) return
  await ctx.ch.insert({
    table: 'reading_history',
    format: 'JSONEachRow',
    values: readings.map((reading) => ({
      workspace_id: ctx.workspace,
      account_id: reading.accountId,
      code: reading.code,
      as_of: instant(reading.asOf),
      state: reading.state,
      value: reading.value,
      low: reading.low,
      high: reading.high,
      n: reading.n,
      recorded_at: instant(recordedAt.toISOString()),
    })),
  })
}

/**
 * Computes and stores the readings of these accounts; the only way a reading is ever written. The history gets those
 * whose state, value or interval moved: a value holds until the next row.
 *
 * @returns how many readings were computed
 */
export async function recompute(
  ctx: Ctx,
  readers: readonly Reader[],
  accountIds: readonly string[],
  asOf: Date = ctx.clock(),
): Promise<number> {
  for (const reader of readers) await reader.derive?.(ctx, accountIds)
  const computed = await Promise.all(readers.map((reader) => reader.compute(ctx, accountIds, asOf)))
  const readings = computed.flat().map(withContent)
  if (readings.length === 0) return 0
  const now = ctx.clock()
  const { moved, changed, later } = await compare(ctx, readings)
  // History first: after a crash in between, the difference is still there to be seen.
  await storeHistory(ctx, moved, now)
  await storeLatest(ctx, changed, now)
  await storeTimes(ctx, later, now)
  return readings.length
}

/** Accounts that are due for the same readings, together. */
function byDomains(due: readonly Due[]): [domains: readonly string[] | null, accountIds: string[]][] {
  const groups = new Map<string, [readonly string[] | null, string[]]>()
  for (const { accountId, domains } of due) {
    const key = JSON.stringify(domains)
    const group = groups.get(key)
    if (group) group[1].push(accountId)
    else groups.set(key, [domains, [accountId]])
  }
  return [...groups.values()]
}

const readersOf = (readers: readonly Reader[], domains: readonly string[] | null): readonly Reader[] =>
  domains === null
    ? readers
    : readers.filter(({ codes }) => codes.some((code) => domains.includes(domainOf(code))))

/**
 * Computes the readings of the accounts that are due next. An account leaves the list when they are stored, so a crash
 * loses none. Passes over one workspace must not overlap: the one that read first could store last (queue `recomputeJob`).
 *
 * @returns whether any account was due
 */
export async function recomputeNext(ctx: Ctx, readers: readonly Reader[], batch = 500): Promise<boolean> {
  const due = await nextDue(ctx, batch)
  await allEnded(
    byDomains(due).map(([domains, accountIds]) => recompute(ctx, readersOf(readers, domains), accountIds)),
  )
  if (due.length > 0) await settle(ctx, due)
  return due.length > 0
}

/** Works off the list of due accounts. */
export async function recomputeDue(
  ctx: Ctx,
  readers: readonly Reader[],
  signal: AbortSignal,
  batch?: number,
): Promise<void> {
  while (!signal.aborted) if (!(await recomputeNext(ctx, readers, batch))) return
}
