import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import type { Source } from '../model/readings.ts'
import { Coverage } from '../schema.ts'

export const coverageKind = 'usage.coverage'

/** The newest snapshot of what the usage source covers, or null when nothing was ever imported. */
export async function latestSource(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<Source | null> {
  const row = await ctx.pg
    .selectFrom('snapshot')
    .select(['id', 'value'])
    .where('workspaceId', '=', ctx.workspace)
    .where('kind', '=', coverageKind)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const coverage = Coverage.nullable().parse(row.value)
  return coverage && { coverage, snapshotId: row.id }
}

/** What the rolled-up days cover now; null when there is no use. */
export async function measureCoverage(ctx: Ctx): Promise<Coverage | null> {
  const [row] = await chRows<Coverage & { days: number }>(
    ctx.ch,
    `select min(day) as firstDay, max(day) as lastDay, max(notEmpty(users)) as countsUsers, count() as days,
       (select arraySort(groupArray((feature, first))) from (
          select feature, min(day) as first from usage_day final array join features as feature
          where workspace_id = {workspace:UUID} and events > 0 group by feature)) as features
     from usage_day final where workspace_id = {workspace:UUID} and events > 0
     settings output_format_json_named_tuples_as_objects = 0`,
    { workspace: ctx.workspace },
  )
  if (!row || Number(row.days) === 0) return null
  const features = row.features as unknown as [name: string, firstDay: string][]
  return {
    firstDay: row.firstDay,
    lastDay: row.lastDay,
    countsUsers: Boolean(Number(row.countsUsers)),
    features: features.map(([name, firstDay]) => ({ name, firstDay })),
  }
}
