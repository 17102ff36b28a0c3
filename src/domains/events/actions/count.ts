import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { newId } from '../../../platform/ids.ts'
import type { Use } from '../model.ts'
import { usersOfGroups, type DueMark, type LiveCount } from '../reads.ts'
import { allDays, markUsersDue } from './keep.ts'
import { findAccounts } from './resolve.ts'

type Counted = LiveCount & Readonly<{ root: string; deleted: 0 | 1 }>

const rowKeyOf = ({ root, feature }: Use): string => `live|${root}|${feature}`
const placeOf = ({ accountId, day, rowKey }: LiveCount): string => `${accountId}|${day}|${rowKey}`

/** Counts to write so that what stood `before` becomes these uses; nothing where they agree. */
export function changesOf(uses: readonly Use[], before: readonly LiveCount[]): Counted[] {
  const stood = new Map(before.map((row) => [placeOf(row), row]))
  const wanted = uses.map(({ events, ...use }) => ({
    accountId: use.accountId,
    day: use.day,
    rowKey: rowKeyOf({ ...use, events }),
    feature: use.feature,
    count: events,
    root: use.root,
    deleted: 0 as const,
  }))
  const places = new Set(wanted.map(placeOf))
  return [
    ...wanted.filter((row) => stood.get(placeOf(row))?.count !== row.count),
    ...before
      .filter((row) => !places.has(placeOf(row)))
      .map((row) => ({ ...row, count: 0, root: '', deleted: 1 as const })),
  ]
}

/** Remembers where users were counted, before it is so: a crash in between leaves an account too many, never one too few. */
async function rememberPlaces(ctx: Ctx, uses: readonly Use[]): Promise<void> {
  const pairs = new Map(uses.map(({ root, accountId }) => [`${root}|${accountId}`, { root, accountId }]))
  await sql`
    update event_user u set counted_in = array(select distinct unnest(u.counted_in || r.accounts))
    from (select root, array_agg(account) as accounts
      from unnest(${[...pairs.values()].map(({ root }) => root)}::text[],
        ${[...pairs.values()].map(({ accountId }) => accountId)}::text[]) as p(root, account) group by root) r
    where u.workspace_id = ${ctx.workspace} and u.key = r.root and not (u.counted_in @> r.accounts)`.execute(
    ctx.pg,
  )
}

/** Account-days whose counts may have moved, and the features counted on them. */
export type CountedDays = Readonly<{
  accountIds: readonly string[]
  days: readonly string[]
  features: readonly string[]
}>

const countedDays = (rows: readonly (Use | LiveCount)[]): CountedDays => ({
  accountIds: [...new Set(rows.map(({ accountId }) => accountId))],
  days: [...new Set(rows.map(({ day }) => day))],
  features: [...new Set(rows.map(({ feature }) => feature))],
})

/**
 * Makes these uses what stands in place of `before`; twice is as once. Answers with all account-days that were looked
 * at, changed or not: after a crash what follows from them may still be missing.
 */
export async function recordUse(
  ctx: Ctx,
  uses: readonly Use[],
  before: readonly LiveCount[],
): Promise<CountedDays> {
  const changes = changesOf(uses, before)
  if (changes.length > 0) {
    await rememberPlaces(ctx, uses)
    await writeCounts(ctx, changes)
  }
  return countedDays([...uses, ...before])
}

async function writeCounts(ctx: Ctx, changes: readonly Counted[]): Promise<void> {
  const runId = newId()
  const now = Date.now()
  await ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: changes.map((row) => ({
      workspace_id: ctx.workspace,
      account_id: row.accountId,
      day: row.day,
      row_key: row.rowKey,
      feature: row.feature,
      users: row.root ? [row.root] : [],
      count: row.count,
      seconds: 0,
      errors: 0,
      import_id: runId,
      version: now,
      deleted: row.deleted,
      recorded_at: ctx.clock().toISOString().replace('T', ' ').replace('Z', ''),
      recorded_from: 'observed',
    })),
  })
}

/** Takes counted days off the list; what was marked again since has a mark of its own. */
export async function settleMarks(ctx: Ctx, marks: readonly DueMark[]): Promise<void> {
  await sql`
    delete from event_due where workspace_id = ${ctx.workspace}
      and id = any(${marks.map(({ id }) => id)}::bigint[])`.execute(ctx.pg)
}

/** Days of users, and the last mark of the turn that counts them: what has a later one is counted anyway. */
type Counting = Readonly<{
  keys: ReadonlySet<string>
  days: readonly string[] | 'all'
  lastMark: number
}>

/** Days of users with a mark after this one, as "key|day". */
async function marksAfter(ctx: Ctx, keys: readonly string[], lastMark: number): Promise<Set<string>> {
  const { rows } = await sql<{ mark: string }>`
    select distinct key || '|' || day as mark from event_due, unnest(keys) key
    where workspace_id = ${ctx.workspace} and id > ${lastMark} and key = any(${[...keys]}::text[])`.execute(
    ctx.pg,
  )
  return new Set(rows.map(({ mark }) => mark))
}

/** What waited for these groups is counted, but for what is being counted now or has a mark of its own. */
export async function markUsersOfGroups(
  ctx: Ctx,
  groupIds: readonly string[],
  now: Counting | null,
): Promise<void> {
  const users = await usersOfGroups(ctx, groupIds)
  const isNow = (key: string, day: string) =>
    now !== null && now.keys.has(key) && (now.days === 'all' || now.days.includes(day))
  const left = users.filter(({ key, day }) => !isNow(key, day))
  if (left.length === 0) return
  const later = now
    ? await marksAfter(
        ctx,
        left.map(({ key }) => key),
        now.lastMark,
      )
    : new Set<string>()
  const due = left.filter(({ key, day }) => !later.has(`${key}|${day}`) && !later.has(`${key}|${allDays}`))
  await ctx.pg.transaction().execute((pg) => markUsersDue(pg, ctx.workspace, due))
}

/** Groups that an import made known, and users who count nowhere yet, are looked at again. */
export async function markWaiting(ctx: Ctx): Promise<void> {
  const groups = await ctx.pg
    .selectFrom('eventGroup')
    .select('externalId')
    .where('workspaceId', '=', ctx.workspace)
    .where('accountId', 'is', null)
    .execute()
  await findAccounts(
    ctx,
    groups.map(({ externalId }) => externalId),
    (known) => markUsersOfGroups(ctx, known, null),
  )
  await markWaitingUsers(ctx)
}

async function markWaitingUsers(ctx: Ctx): Promise<void> {
  const users = await ctx.pg
    .selectFrom('eventUser')
    .select('key')
    .where('workspaceId', '=', ctx.workspace)
    .where(sql`cardinality(counted_in)`, '=', 0)
    .execute()
  await ctx.pg.transaction().execute((pg) =>
    markUsersDue(
      pg,
      ctx.workspace,
      users.map(({ key }) => ({ key, day: allDays })),
    ),
  )
}
