import { sql } from 'kysely'
import { workspaceOf } from '../../team/reads.ts'
import { churnSources, decideChurn, type ChurnSays, type ChurnSource } from '../model.ts'
import type { ChurnDisagreements } from '../schema.ts'
import type { Scope } from './pieces.ts'
import { saysOf, toSays, type SaysRow } from './says.ts'

/** Where subscriptions, churn events and the flag contradict each other, and what the rule makes of it. */
export async function churnDisagreements(
  ctx: Scope,
  day: string,
  page: { after?: string | undefined; limit: number },
): Promise<ChurnDisagreements> {
  const { churnRule: rule } = await workspaceOf(ctx)
  const conflict = sql`1 < (select count(distinct v) from unnest(array[subscriptions_left, churn_events_left, flag_left]) v
    where v is not null)`
  const { rows: groups } = await sql<SaysRow & { accounts: number; conflict: boolean }>`
    with ${saysOf(ctx, null, day)}
    select subscriptions_left, churn_events_left, flag_left, ${conflict} as conflict, count(*) as accounts
    from says group by 1, 2, 3, 4`.execute(ctx.pg)
  const { rows } = await sql<SaysRow & { accountId: string; name: string }>`
    with ${saysOf(ctx, null, day)}
    select says.*, a.name from says join account a on a.id = says.account_id
    where ${conflict} ${
      page.after
        ? sql`and (lower(a.name), a.id) > (select lower(name), id from account
            where workspace_id = ${ctx.workspace} and id = ${page.after})`
        : sql``
    }
    order by lower(a.name), a.id limit ${page.limit + 1}`.execute(ctx.pg)
  const shown = rows.slice(0, page.limit)
  return {
    asOf: day,
    rule,
    ...summarize(rule, groups),
    rows: shown.map((row) => {
      const says = toSays(row)
      const { left, decidedBy } = decideChurn(rule, says)
      return { accountId: row.accountId, name: row.name, says, left, decidedBy }
    }),
    next: rows.length > page.limit ? (shown.at(-1)?.accountId ?? null) : null,
  }
}

function summarize(
  rule: ChurnSource,
  groups: readonly (SaysRow & { accounts: number; conflict: boolean })[],
): Pick<ChurnDisagreements, 'accounts' | 'disagreeing' | 'sources' | 'decided' | 'undecided'> {
  const count = (picks: (says: ChurnSays, conflict: boolean) => boolean) =>
    groups.reduce((sum, row) => sum + (picks(toSays(row), row.conflict) ? row.accounts : 0), 0)
  const bySource = <T>(of: (source: ChurnSource) => T) =>
    Object.fromEntries(churnSources.map((source) => [source, of(source)])) as Record<ChurnSource, T>
  return {
    accounts: count(() => true),
    disagreeing: count((_, conflict) => conflict),
    sources: bySource((source) => ({
      left: count((says) => says[source]?.left === true),
      stays: count((says) => says[source]?.left === false),
      silent: count((says) => says[source] === null),
    })),
    decided: bySource((source) => ({
      accounts: count((says) => decideChurn(rule, says).decidedBy === source),
      left: count((says) => {
        const verdict = decideChurn(rule, says)
        return verdict.decidedBy === source && verdict.left === true
      }),
    })),
    undecided: count((says) => decideChurn(rule, says).decidedBy === null),
  }
}
