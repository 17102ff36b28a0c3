import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'

/** Sums of everything that was imported and still stands, for the report of an import. */
export async function usageTotals(ctx: Ctx): Promise<Record<string, number>> {
  const [row] = await chRows<Record<string, number>>(
    ctx.ch,
    `select count() as rows, sum(u.count) as count, sum(u.seconds) as seconds, sum(u.errors) as errors,
       uniqExact(feature) as features, uniqExact(day) as days
     from usage_count as u final where workspace_id = {workspace:UUID} and deleted = 0
     settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace },
  )
  return row ?? {}
}
