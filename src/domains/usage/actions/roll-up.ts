import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { action } from '../../../platform/action.ts'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { markAllDue, markDue } from '../../../platform/readings.ts'
import { keepSnapshot } from '../../../platform/snapshots.ts'
import { addDays } from '../model/weeks.ts'
import { coverageKind, latestSource, measureCoverage } from '../reads/coverage.ts'
import { Coverage } from '../schema.ts'

/** Which account-days are rolled up again. */
export type RollUpScope =
  | 'all'
  | Readonly<{ importId: string }>
  | Readonly<{ accountIds: readonly string[]; days: readonly string[] }>

/** Account-days with a row of the import or one that it replaced, whatever became of the row since. */
const touchedDays = `
  select account_id, day from usage_count
  where workspace_id = {workspace:UUID} and (import_id = {import:UUID} or superseded_by = {import:UUID})`

/** The condition that keeps to the scope, with its parameters. */
function within(scope: RollUpScope): { condition: string; params: Record<string, unknown> } {
  if (scope === 'all') return { condition: '', params: {} }
  if ('importId' in scope)
    return { condition: `and (account_id, day) in (${touchedDays})`, params: { import: scope.importId } }
  return {
    condition: 'and account_id in {accounts:Array(UUID)} and day in {days:Array(Date)}',
    params: { accounts: scope.accountIds, days: scope.days },
  }
}

/**
 * Rolls account-days up again from the counts that stand now, inside the events store; running it twice changes
 * nothing. A day whose rows were all taken back becomes an empty row, which readers ignore. The version is the time at
 * which the statement began to read, so a roll-up that saw more always wins.
 */
async function rollUpDays(ctx: Ctx, scope: RollUpScope): Promise<void> {
  const { condition, params } = within(scope)
  await ctx.ch.command({
    query: `
      insert into usage_day (workspace_id, account_id, day, events, users, features, seconds, errors, version)
      select workspace_id, account_id, day, sumIf(u.count, deleted = 0),
        groupUniqArrayArrayIf(u.users, deleted = 0 and u.count > 0),
        groupUniqArrayIf(u.feature, deleted = 0 and u.count > 0),
        sumIf(u.seconds, deleted = 0), sumIf(u.errors, deleted = 0), toUnixTimestamp64Micro(now64(6))
      from usage_count as u final
      where workspace_id = {workspace:UUID} ${condition}
      group by workspace_id, account_id, day
      settings optimize_aggregation_in_order = 1`,
    query_params: { workspace: ctx.workspace, ...params },
  })
}

async function accountsOfImport(ctx: Ctx, importId: string): Promise<string[]> {
  const rows = await chRows<{ id: string }>(
    ctx.ch,
    `select distinct account_id as id from (${touchedDays})`,
    { workspace: ctx.workspace, import: importId },
  )
  return rows.map(({ id }) => id)
}

async function touchedAccounts(ctx: Ctx, scope: Exclude<RollUpScope, 'all'>): Promise<string[]> {
  const ids = 'importId' in scope ? await accountsOfImport(ctx, scope.importId) : scope.accountIds
  const { rows } = await sql<{ id: string }>`
    select distinct root_id as id from account
    where workspace_id = ${ctx.workspace} and id = any(${[...ids]}::uuid[])`.execute(ctx.pg)
  return rows.map(({ id }) => id)
}

/** Keeps what the usage source covers now; every reading of use rests on it, so all of them follow. */
export const recordCoverage = action({
  name: 'usage.coverage',
  role: 'admin',
  scope: 'settings',
  input: Coverage.nullable(),
  async run(tx, coverage) {
    const asOf = coverage ? new Date(`${addDays(coverage.lastDay, 1)}T00:00:00Z`) : tx.clock()
    const id = await keepSnapshot(tx, coverageKind, asOf, coverage)
    await markAllDue(tx.pg, tx.workspace)
    tx.audit({ kind: 'snapshot', id })
  },
})

/** Brings the rolled-up days and what follows from them in line with the counts, and asks for the readings. */
export async function rollUp(ctx: Ctx, scope: RollUpScope): Promise<void> {
  await rollUpDays(ctx, scope)
  const [before, now] = [await latestSource(ctx), await measureCoverage(ctx)]
  if (!isDeepStrictEqual(before?.coverage ?? null, now)) return recordCoverage(ctx, now)
  if (scope === 'all') return markAllDue(ctx.pg, ctx.workspace)
  await markDue(ctx.pg, ctx.workspace, await touchedAccounts(ctx, scope))
}
