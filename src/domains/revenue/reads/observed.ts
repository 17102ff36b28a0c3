import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { latestSnapshot } from '../../../platform/snapshots.ts'
import { workspaceOf } from '../../team/reads.ts'
import { Observed } from '../schema.ts'
import { idArray } from './pieces.ts'
import { today } from './today.ts'

export const observedKind = 'revenue.observed'

/**
 * The last day, not after today, that the sources of revenue speak for; null where nothing speaks. Files and keys speak
 * for the workspace; what people enter does so only where neither exists, since an edit of one customer says nothing of
 * the others. No file knows a day after its import: what it plans is not seen to have happened.
 */
export async function measureObserved(ctx: Ctx): Promise<string | null> {
  const { workspace } = ctx
  const [{ timeZone }, day] = [await workspaceOf(ctx), await today(ctx)]
  const dayAt = (instant: string) => sql`(${sql.raw(instant)} at time zone ${timeZone})::date`
  const { rows } = await sql<{ through: string | null }>`
    with record as (
      select 'subscription' as entity, s.id, d.day from subscription s
        cross join lateral (values (s.starts_on), (s.ends_on)) d(day) where s.workspace_id = ${workspace}
      union all
      select 'invoice', i.id, d.day from invoice i
        cross join lateral (values (i.issued_on), (i.period_from)) d(day) where i.workspace_id = ${workspace}
      union all
      select 'churn_event', id, on_day from churn_event where workspace_id = ${workspace}
      union all
      select 'account', id, started_on from account where workspace_id = ${workspace}),
    said as (
      select record.entity <> 'account' and r.record_id is not null as by_source, record.day
      from record
        left join source_record r
          on r.workspace_id = ${workspace} and r.entity = record.entity and r.record_id = record.id
        left join import i on i.id = r.import_id
      where record.day <= ${day}::date and (i.created_at is null or record.day <= ${dayAt('i.created_at')})
      union all
      select true, (plan -> 'answers' ->> 'asOf')::date from import
      where workspace_id = ${workspace} and state = 'done' and kind = 'snapshot'
      union all
      select actor_kind = 'key' and action not like 'account.%', ${dayAt('at')} from audit
      where workspace_id = ${workspace} and actor_kind <> 'system'
        and (action like 'subscription.%' or action like 'churn.%' or action in ('account.create', 'account.update')))
    select coalesce(max(day) filter (where by_source), max(day)) as through from said where day <= ${day}::date`.execute(
    ctx.pg,
  )
  return rows[0]?.through ?? null
}

/** The day that the sources of the workspace speak for, as it was last measured. */
export async function observedThrough(ctx: Ctx): Promise<string | null> {
  const snapshot = await latestSnapshot(ctx, observedKind)
  return snapshot ? Observed.parse(snapshot.value).through : measureObserved(ctx)
}

/** The day that is known of each account that `accountIds` count as: the workspace's, or a later one by hand. */
export async function observedOf(ctx: Ctx, accountIds: readonly string[]): Promise<Map<string, string>> {
  const through = await observedThrough(ctx)
  if (through === null) return new Map()
  const { timeZone } = await workspaceOf(ctx)
  const { rows } = await sql<{ accountId: string; through: string }>`
    with member as not materialized (
      select id, root_id from account where workspace_id = ${ctx.workspace} and root_id = any(array(
        select root_id from account where workspace_id = ${ctx.workspace} and id = any(${idArray(accountIds)})))),
    record as (
      select m.root_id, s.id from subscription s join member m on m.id = s.account_id
      union all
      select m.root_id, e.id from churn_event e join member m on m.id = e.account_id),
    edit as (
      select record.root_id, max((audit.at at time zone ${timeZone})::date) as day
      from record join audit on audit.workspace_id = ${ctx.workspace} and audit.subject_id = record.id
      where audit.actor_kind <> 'system' group by 1)
    select distinct m.root_id as account_id, greatest(${through}::date, edit.day) as through
    from member m left join edit on edit.root_id = m.root_id`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.accountId, row.through]))
}
