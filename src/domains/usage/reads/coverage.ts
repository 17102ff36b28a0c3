import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { latestSnapshot } from '../../../platform/snapshots.ts'
import type { Scale, Source } from '../model/known.ts'
import { isLive } from '../model/weeks.ts'
import { Coverage, PowerScale } from '../schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

export const coverageKind = 'usage.coverage'
export const powerKind = 'usage.power'

/** The newest snapshot of what the usage source covers, or null when nothing was ever counted. */
export async function latestSource(ctx: Scope): Promise<Source | null> {
  const snapshot = await latestSnapshot(ctx, coverageKind)
  const coverage = snapshot && Coverage.nullable().parse(snapshot.value)
  return coverage && { coverage, snapshotId: snapshot.id }
}

/** The newest snapshot of who is a power user. */
export async function latestScale(ctx: Scope): Promise<Scale | null> {
  const snapshot = await latestSnapshot(ctx, powerKind)
  return snapshot && { scale: PowerScale.parse(snapshot.value), snapshotId: snapshot.id }
}

type Measured = Readonly<{
  firstDay: string
  lastDay: string
  liveDay: string
  filedDay: string
  liveDays: number
  filedDays: number
  countsUsers: number
  features: readonly (readonly [name: string, firstDay: string])[]
}>

/** What the rolled-up days cover now; null when there is no use. */
export async function measureCoverage(ctx: Ctx): Promise<Coverage | null> {
  const [row] = await chRows<Measured>(
    ctx.ch,
    `select min(day) as firstDay, max(day) as lastDay, max(notEmpty(users)) as countsUsers,
       maxIf(day, live = 1) as liveDay, maxIf(day, filed = 1) as filedDay,
       countIf(live = 1) as liveDays, countIf(filed = 1) as filedDays,
       (select arraySort(groupArray((feature, first))) from (
          select feature, min(day) as first from usage_day final array join features as feature
          where workspace_id = {workspace:UUID} and events > 0 group by feature)) as features
     from usage_day final where workspace_id = {workspace:UUID} and events > 0
     settings output_format_json_named_tuples_as_objects = 0, output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace },
  )
  if (!row || row.liveDays + row.filedDays === 0) return null
  const liveDay = row.liveDays > 0 ? row.liveDay : null
  return {
    firstDay: row.firstDay,
    lastDay: row.lastDay,
    liveDay,
    filedDay: row.filedDays > 0 ? row.filedDay : null,
    live: isLive(liveDay, ctx.clock()),
    countsUsers: Boolean(row.countsUsers),
    features: row.features.map(([name, firstDay]) => ({ name, firstDay })),
  }
}

/** Accounts that count, a part at a time in the order of their ids. */
export async function accountsAfter(ctx: Scope, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from account where workspace_id = ${ctx.workspace} and merged_into is null
      ${after ? sql`and id > ${after}` : sql``} order by id limit ${limit}`.execute(ctx.pg)
  return rows.map(({ id }) => id)
}

/** The accounts that these count as. */
export async function rootsOf(ctx: Scope, accountIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct root_id as id from account
    where workspace_id = ${ctx.workspace} and id = any(${[...accountIds]}::uuid[])`.execute(ctx.pg)
  return rows.map(({ id }) => id)
}
