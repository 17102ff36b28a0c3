import { sql } from 'kysely'
import type { Departure } from '../model.ts'
import { pieces, type Scope } from './pieces.ts'

/** Departures of each account until a day, earliest first: events with nothing bought between them are one, the last. */
export async function departuresOf(
  ctx: Scope,
  accountIds: readonly string[],
  day: string,
): Promise<Map<string, Departure[]>> {
  const { rows } = await sql<{ accountId: string; departures: Departure[] }>`
    with ${pieces(ctx, accountIds)},
    turn as (
      select account_id, from_on as on_day, false as leaves from piece where from_on <= ${day} and amount > 0
      union
      select m.root_id, e.on_day, true from churn_event e join member m on m.id = e.account_id
      where e.workspace_id = ${ctx.workspace} and e.on_day <= ${day}),
    followed as (
      select *, lead(leaves) over ordered as next_leaves, lead(on_day) over ordered as next_on
      from turn window ordered as (partition by account_id order by on_day, leaves))
    select account_id,
      jsonb_agg(jsonb_build_object('on', on_day, 'returnedOn', next_on) order by on_day) as departures
    from followed where leaves and next_leaves is not true group by account_id`.execute(ctx.pg)
  return new Map(rows.map(({ accountId, departures }) => [accountId, departures]))
}
