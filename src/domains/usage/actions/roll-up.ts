import type { Ctx } from '../../../platform/context.ts'
import { chRows, keyFirst } from '../../../platform/db/clickhouse.ts'
import { enqueueJob } from '../../../platform/jobs/enqueue.ts'
import { markAllDue, markDue } from '../../../platform/readings.ts'
import type { CountedDays } from '../../events/actions/count.ts'
import { isLive } from '../model/weeks.ts'
import { latestScale, latestSource, rootsOf } from '../reads/coverage.ts'
import { refreshCoverage, refreshPowerScale } from './snapshots.ts'

export const measureJob = 'usage.measure'
/** What a day brings that no snapshot holds (a new feature) waits so long at most. */
const measureEveryMs = 15 * 60_000

/** Which account-days are rolled up again. */
type RollUpScope =
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
      insert into usage_day (workspace_id, account_id, day, events, users, features, seconds, errors, user_events,
        live, filed, version)
      select workspace_id, account_id, day, sumIf(u.count, deleted = 0),
        groupUniqArrayArrayIf(u.users, deleted = 0 and u.count > 0),
        groupUniqArrayIf(u.feature, deleted = 0 and u.count > 0),
        sumIf(u.seconds, deleted = 0), sumIf(u.errors, deleted = 0),
        sumMapIf(map(u.users[1], u.count), deleted = 0 and u.count > 0 and length(u.users) = 1),
        max(deleted = 0 and u.count > 0 and startsWith(u.row_key, 'live|')),
        max(deleted = 0 and u.count > 0 and not startsWith(u.row_key, 'live|')),
        toUnixTimestamp64Micro(now64(6))
      from usage_count as u final
      where workspace_id = {workspace:UUID} ${condition}
      group by workspace_id, account_id, day
      settings ${keyFirst}`,
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

const markTouched = async (ctx: Ctx, accountIds: readonly string[]): Promise<void> =>
  markDue(ctx.pg, ctx.workspace, await rootsOf(ctx, accountIds), ['usage'])

/** Measures coverage and power users anew. Answers whether one of them moved, so that all accounts are due. */
export async function measure(ctx: Ctx): Promise<boolean> {
  const covered = await refreshCoverage(ctx)
  return (await refreshPowerScale(ctx)) || covered
}

/** Brings all rolled-up days and what follows from them in line with the counts, and asks for the readings of all. */
export async function rollUpAll(ctx: Ctx): Promise<void> {
  await rollUpDays(ctx, 'all')
  if (!(await measure(ctx))) await markAllDue(ctx.pg, ctx.workspace, ['usage'])
}

/** The same for what one import brought or replaced. */
export async function rollUpImport(ctx: Ctx, importId: string): Promise<void> {
  await rollUpDays(ctx, { importId })
  if (!(await measure(ctx))) await markTouched(ctx, await accountsOfImport(ctx, importId))
}

/** What the snapshots do not hold yet: nothing at all, that events come, or only more of what is there. */
async function measureWhatIsNew(ctx: Ctx, { days, features }: CountedDays): Promise<void> {
  const coverage = (await latestSource(ctx))?.coverage
  const begins = !coverage?.live && isLive(days.toSorted().at(-1) ?? null, ctx.clock())
  if (!coverage || begins) {
    await refreshCoverage(ctx)
    if (!(await latestScale(ctx))) await refreshPowerScale(ctx)
    return
  }
  const known = new Set(coverage.features.map(({ name }) => name))
  const isNew =
    !coverage.live ||
    !coverage.countsUsers ||
    features.some((feature) => !known.has(feature)) ||
    days.some((day) => day < coverage.firstDay)
  if (!isNew) return
  const runAt = new Date(Date.now() + measureEveryMs)
  await enqueueJob(ctx.pg, ctx.workspace, { job: measureJob, key: measureJob, queue: measureJob, runAt })
}

/** Rolls up what events moved, and asks for the readings of the accounts that they touched. */
export async function rollUpCounted(ctx: Ctx, counted: CountedDays): Promise<void> {
  await rollUpDays(ctx, counted)
  await measureWhatIsNew(ctx, counted)
  await markTouched(ctx, counted.accountIds)
}
