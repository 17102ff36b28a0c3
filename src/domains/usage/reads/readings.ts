import type { Ctx } from '../../../platform/context.ts'
import { resolveAccount } from '../../accounts/reads.ts'
import type { UsageReading } from '../schema.ts'

/** The readings of use of one account as they were last computed; none before the first time. */
export async function accountUsageReadings(ctx: Ctx, anyId: string): Promise<UsageReading[]> {
  const id = await resolveAccount(ctx, anyId)
  const rows = await ctx.pg
    .selectFrom('reading')
    .select(['code', 'state', 'asOf', 'value', 'low', 'high', 'n', 'contributions', 'evidence', 'detail'])
    .where('workspaceId', '=', ctx.workspace)
    .where('accountId', '=', id)
    .where('code', 'like', 'usage.%')
    .orderBy('code')
    .execute()
  return rows.map((row) => ({
    ...row,
    state: row.state as UsageReading['state'],
    contributions: row.contributions as UsageReading['contributions'],
    evidence: row.evidence as UsageReading['evidence'],
    detail: row.detail as UsageReading['detail'],
  }))
}
