import { sql } from 'kysely'
import { workspaceOf } from '../../team/reads.ts'
import { decideChurn, type ChurnSays } from '../model.ts'
import type { ChurnReason, Verdict } from '../schema.ts'
import type { Scope } from './pieces.ts'
import { saysOf, toSays, type SaysRow } from './says.ts'

async function churnSays(
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): Promise<Map<string, ChurnSays>> {
  const { rows } = await sql<SaysRow & { accountId: string }>`
    with ${saysOf(ctx, accountIds, day)} select * from says`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.accountId, toSays(row)]))
}

/** Whether each account has left by the workspace's rule on a day, since when, and which source decided. */
export async function churnVerdicts(
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): Promise<Verdict[]> {
  const { churnRule } = await workspaceOf(ctx)
  const says = await churnSays(ctx, accountIds, day)
  return [...says].map(([accountId, said]) => ({ accountId, ...decideChurn(churnRule, said) }))
}

/** The accounts (all, or those given) that have left by the rule of the workspace. */
export async function leftAccounts(
  ctx: Scope,
  day: string,
  accountIds: readonly string[] | null = null,
): Promise<Verdict[]> {
  return (await churnVerdicts(ctx, accountIds, day)).filter(({ left }) => left === true)
}

/** Churn events by the reason given, from a day to before another; counts only, they rank nothing. */
export async function churnReasons(ctx: Scope, from: string, to: string): Promise<ChurnReason[]> {
  const { rows } = await sql<ChurnReason>`
    select e.reason, count(*) as events, count(distinct a.root_id) as accounts
    from churn_event e join account a on a.id = e.account_id
    where e.workspace_id = ${ctx.workspace} and e.on_day >= ${from} and e.on_day < ${to}
    group by e.reason order by events desc, e.reason nulls last`.execute(ctx.pg)
  return rows
}
