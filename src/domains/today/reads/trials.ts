import { sql } from 'kysely'
import { chRows } from '../../../platform/db/clickhouse.ts'
import type { Ctx } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { RuleDefinition, type RuleScope, type Trial, type TrialResult } from '../schema.ts'
import { insideScope } from './found.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

export async function getTrial(ctx: Scope, id: string): Promise<Trial> {
  const row = await ctx.pg
    .selectFrom('todayTrial')
    .select(['id', 'state', 'stepsDone', 'steps', 'createdAt', 'result'])
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('trial')
  return row as Trial
}

/** The rule of a trial that is not done; null when there is nothing to do. */
export async function openTrial(ctx: Scope, id: string): Promise<RuleDefinition | null> {
  const row = await ctx.pg
    .selectFrom('todayTrial')
    .select(['definition'])
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirst()
  return row ? RuleDefinition.parse(row.definition) : null
}

/** How many customers a rule looks at, and the first day that their revenue tells of. */
export async function extentOf(
  ctx: Scope,
  scope: RuleScope,
): Promise<{ accounts: number; since: string | null }> {
  const { rows } = await sql<{ accounts: number; since: string | null }>`
    select count(*) as accounts,
      (select min(on_day) from revenue_movement where workspace_id = ${ctx.workspace}) as since
    from account a
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null ${insideScope(scope)}`.execute(ctx.pg)
  return rows[0]!
}

/** Ids of customers in a rule's scope: the next after `after`, of a sample of this share, the same each time. */
export async function accountsPage(
  ctx: Scope,
  scope: RuleScope,
  page: Readonly<{ after: string | null; limit: number; share: number }>,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from account a
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null ${insideScope(scope)}
      ${page.after ? sql`and a.id > ${page.after}` : sql``}
      ${
        page.share < 1
          ? sql`and ('x' || left(md5(a.id::text), 8))::bit(32)::bigint / 4294967296.0 < ${page.share}::double precision`
          : sql``
      }
    order by a.id limit ${page.limit}`.execute(ctx.pg)
  return rows.map(({ id }) => id)
}

/** Records behind readings, and those that were written down later than the day after the one that they speak for. */
export async function assumedOf(ctx: Ctx, codes: readonly string[]): Promise<TrialResult['assumed']> {
  const reads = (prefix: string) => codes.some((code) => code.startsWith(prefix))
  const counted = async (table: 'subscription' | 'ticket', day: 'starts_on' | 'opened_at') => {
    const { rows } = await sql<TrialResult['assumed']>`
      select count(*) as records,
        count(*) filter (where i.created_at::date > (${sql.ref(`t.${day}`)})::date + 1) as late
      from ${sql.table(table)} t
      left join source_record r on r.workspace_id = t.workspace_id and r.entity = ${table} and r.record_id = t.id
      left join import i on i.id = r.import_id
      where t.workspace_id = ${ctx.workspace}`.execute(ctx.pg)
    return rows[0]!
  }
  const usage = async (): Promise<TrialResult['assumed']> => {
    const [row] = await chRows<{ records: number; late: number }>(
      ctx.ch,
      `select count() as records, countIf(recorded_from = 'assumed' or (recorded_from = 'file' and toDate(recorded_at) > day + 1)) as late
       from usage_count where workspace_id = {workspace:UUID} and deleted = 0`,
      { workspace: ctx.workspace },
    )
    return { records: Number(row?.records ?? 0), late: Number(row?.late ?? 0) }
  }
  // Who left is told by revenue, whatever the rule reads.
  const parts = await Promise.all([
    counted('subscription', 'starts_on'),
    ...(reads('tickets.') ? [counted('ticket', 'opened_at')] : []),
    ...(reads('usage.') ? [usage()] : []),
  ])
  return parts.reduce((sum, part) => ({
    records: sum.records + part.records,
    late: sum.late + part.late,
  }))
}
