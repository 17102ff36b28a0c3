import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { invalid } from '../../platform/errors.ts'
import { exact, pageOf, readCursor, type Place } from '../../platform/keyset.ts'
import { membersOf, resolveAccount } from '../accounts/reads.ts'
import { namesOf } from '../people/reads.ts'
import { today } from '../revenue/reads/today.ts'
import { timelineKinds, type TimelineEntry, type TimelineKind, type TimelinePage } from './schema.ts'

type Row = Readonly<{
  exactAt: string
  at: string
  kind: TimelineKind
  id: string
  accountId: string
  params: Record<string, unknown>
}>

/** Kinds that have only a day, which may be planned: until it comes, the entry is not history. */
const dayKinds = ['churn_event', 'revenue_movement', 'person_arrived', 'person_left'] satisfies TimelineKind[]

const order = sql`order by at desc, record_id desc, kind desc`

/**
 * The newest entries of one account. One account and literal kinds let the planner leave out other branches of the view
 * and merge the rest in the order of their indexes, stopping early.
 */
function newestOf(
  ctx: Ctx,
  accountId: string,
  kinds: readonly TimelineKind[],
  after: Place | null,
  limit: number,
  day: string,
) {
  const all = kinds.length === timelineKinds.length
  const chosen = all ? sql`` : sql`and kind in (${sql.join(kinds.map((kind) => sql.lit(kind)))})`
  const below = after
    ? sql`and at <= ${after.exactAt}::timestamptz
        and (at, record_id, kind) < (${after.exactAt}::timestamptz, ${after.id}::uuid, ${after.kind ?? ''}::text)`
    : sql``
  return sql`
    (select * from timeline_entry
      where workspace_id = ${ctx.workspace} and account_id = ${accountId} ${chosen} ${below}
        and (kind not in (${sql.join(dayKinds.map((kind) => sql.lit(kind)))}) or at <= ${day}::date::timestamp at time zone 'UTC')
      ${order} limit ${limit})`
}

/** Names of the team's people by id. */
async function teamNames(
  ctx: Ctx,
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string }>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.pg
    .selectFrom('appUser')
    .innerJoin('membership', 'membership.userId', 'appUser.id')
    .select(['appUser.id', 'appUser.name'])
    .where('membership.workspaceId', '=', ctx.workspace)
    .where('appUser.id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

const idsIn = (rows: readonly Row[], key: 'personId' | 'userId'): string[] =>
  rows.flatMap(({ params }) => (typeof params[key] === 'string' ? params[key] : []))

/** Everything that happened at an account and at those merged into it, newest first; key (at, recordId, kind). */
export async function timelineOf(
  ctx: Ctx,
  anyAccountId: string,
  page: { kinds?: readonly TimelineKind[] | undefined; after?: string | undefined; limit: number },
): Promise<TimelinePage> {
  const rootId = await resolveAccount(ctx, anyAccountId)
  const memberIds = [...(await membersOf(ctx, [rootId])).keys()]
  const after = page.after === undefined ? null : readCursor(page.after)
  if (after && after.kind === undefined)
    throw invalid('This is not a place in the timeline.', [
      { path: 'after', message: 'Use the value of "next" of the page above.' },
    ])
  const [kinds, day] = [page.kinds ?? timelineKinds, await today(ctx)]
  const { rows } = await sql<Row>`
    select ${exact(sql`at`)} as exact_at, at, kind, record_id as id, account_id, params
    from (${sql.join(
      memberIds.map((id) => newestOf(ctx, id, kinds, after, page.limit + 1, day)),
      sql` union all `,
    )}) entry
    ${order}
    limit ${page.limit + 1}`.execute(ctx.pg)
  const [people, users] = await Promise.all([
    namesOf(ctx, idsIn(rows, 'personId')),
    teamNames(ctx, idsIn(rows, 'userId')),
  ])
  const shown = pageOf(rows, page.limit)
  return {
    next: shown.next,
    rows: shown.rows.map(({ id, params: { personId, userId, ...params }, ...row }): TimelineEntry => {
      return {
        ...row,
        recordId: id,
        person: people.get(String(personId)) ?? null,
        user: users.get(String(userId)) ?? null,
        params,
      }
    }),
  }
}
