import { dayOf } from '../../../platform/clock.ts'
import type { Ctx } from '../../../platform/context.ts'
import { workspaceOf } from '../../team/reads.ts'

/** Today in the workspace's time zone. */
export async function today(ctx: Pick<Ctx, 'pg' | 'workspace' | 'clock'>): Promise<string> {
  return dayOf(ctx.clock(), (await workspaceOf(ctx)).timeZone)
}
