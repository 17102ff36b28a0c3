import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { maxFeatures, otherEvents, type Tally } from '../model.ts'
import * as reads from '../reads.ts'

/** Gives names a feature of their own, in their order and while there is room. */
async function addFeatures(ctx: Ctx, names: readonly string[]): Promise<void> {
  await sql`
    insert into event_feature (workspace_id, name)
    select ${ctx.workspace}::uuid, name from unnest(${[...names]}::text[]) with ordinality as r(name, place)
    order by place
    limit greatest(0, ${maxFeatures} - (select count(*) from event_feature where workspace_id = ${ctx.workspace}))
    on conflict do nothing`.execute(ctx.pg)
}

/** What the users did who these keys stand for, by feature. A name that was never counted before becomes a feature while there is room. */
export async function tallyUsers(
  ctx: Ctx,
  roots: ReadonlyMap<string, string>,
  days: readonly string[] | 'all',
): Promise<Tally[]> {
  const features = await reads.featureNames(ctx)
  const tallies = await reads.talliesOf(ctx, roots, days, features)
  const room = maxFeatures - features.length
  if (room <= 0 || !tallies.some(({ feature }) => feature === otherEvents)) return tallies
  await addFeatures(ctx, await reads.newFeatures(ctx, [...roots.keys()], days, features, room))
  return reads.talliesOf(ctx, roots, days, await reads.featureNames(ctx))
}
