import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { reasonWords, type Reason } from '../model.ts'
import type { RejectReason, WaitingEvents } from '../schema/explore.ts'

/** So many groups and users are listed, and looked up in the events store. */
const listed = 50
const lookedUp = 5_000

type Group = Readonly<{ groupId: string; byServer: boolean; users: number; total: number }>

async function waitingGroups(ctx: Ctx): Promise<Group[]> {
  const { rows } = await sql<Group>`
    select g.external_id as group_id, g.by_server, count(distinct m.key)::int as users,
      (count(*) over ())::int as total
    from event_group g
    left join event_member m on m.workspace_id = g.workspace_id and m.group_id = g.external_id
    where g.workspace_id = ${ctx.workspace} and g.account_id is null
    group by g.external_id, g.by_server order by users desc, g.external_id limit ${lookedUp}`.execute(ctx.pg)
  return rows
}

type User = Readonly<{
  key: string
  kind: 'user' | 'anonymous'
  externalId: string
  personId: string | null
  personName: string | null
  accounts: number
  total: number
}>

/** Users who were never counted, joined no group, and are not somebody else's former id. */
async function waitingUsers(ctx: Ctx): Promise<User[]> {
  const { rows } = await sql<User>`
    select u.key, u.kind, u.external_id, root.id as person_id, coalesce(root.name, root.email) as person_name,
      (select count(distinct a.root_id)::int from person same
        join person_role r on r.person_id = same.id and r.to_on is null
        join account a on a.id = r.account_id
        where same.root_id = p.root_id) as accounts,
      (count(*) over ())::int as total
    from event_user u
    left join person p on p.id = u.person_id
    left join person root on root.id = p.root_id
    where u.workspace_id = ${ctx.workspace} and cardinality(u.counted_in) = 0 and u.erased_at is null
      and not exists (select from event_link l where l.workspace_id = u.workspace_id and l.key = u.key)
      and not exists (select from event_member m where m.workspace_id = u.workspace_id and m.key = u.key)
      and u.key not in (select unnest(keys) from event_due where workspace_id = ${ctx.workspace})
    order by u.kind desc, u.key limit ${lookedUp}`.execute(ctx.pg)
  return rows
}

async function formerKeys(ctx: Ctx, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from event_link where workspace_id = ${ctx.workspace} and user_key = any(${[...keys]}::text[])
    limit ${lookedUp}`.execute(ctx.pg)
  return rows.map(({ key }) => key)
}

type Sent = Readonly<{ events: number; senders: string[] }>

/** Use by these users and for these groups in 90 days, and which of the users sent any. */
async function sentBy(ctx: Ctx, keys: readonly string[], groups: readonly string[]): Promise<Sent> {
  const since = new Date(ctx.clock().getTime() - 90 * 86_400_000).toISOString().slice(0, 10)
  const [row] = await chRows<Sent>(
    ctx.ch,
    `select count() as events, groupUniqArrayIf(5000)(user_key, group_id = '') as senders from event as e final
     where workspace_id = {workspace:UUID} and type in ('track', 'page', 'screen') and e.day >= toDate({since:String})
       and (group_id in {groups:Array(String)} or (group_id = '' and user_key in {keys:Array(String)}))
     settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace, since, keys: [...keys], groups: [...groups] },
  )
  return row ?? { events: 0, senders: [] }
}

async function membersOfGroups(ctx: Ctx, groups: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select m.key from event_member m
    join event_user u on u.workspace_id = m.workspace_id and u.key = m.key and cardinality(u.counted_in) = 0
    where m.workspace_id = ${ctx.workspace} and m.group_id = any(${[...groups]}::text[])
    limit ${lookedUp}`.execute(ctx.pg)
  return rows.map(({ key }) => key)
}

/** What counts for nobody yet, and on what it waits. */
export async function waitingEvents(ctx: Ctx): Promise<z.output<typeof WaitingEvents>> {
  const [groups, users] = await Promise.all([waitingGroups(ctx), waitingUsers(ctx)])
  const groupIds = groups.map(({ groupId }) => groupId)
  const own = users.map(({ key }) => key)
  const [former, members] = await Promise.all([formerKeys(ctx, own), membersOfGroups(ctx, groupIds)])
  const { events, senders } = await sentBy(ctx, [...own, ...former, ...members], groupIds)
  const sent = new Set(senders)
  const using = users.filter(({ key }) => sent.has(key))
  const [groupsTotal, usersKnown] = [groups[0]?.total ?? 0, users[0]?.total ?? 0]
  const capped = groupsTotal > lookedUp || usersKnown > lookedUp || senders.length >= 5_000
  return {
    events,
    capped,
    groupsTotal,
    groups: groups
      .slice(0, listed)
      .map(({ groupId, byServer, users: n }) => ({ groupId, byServer, users: n })),
    usersTotal: using.length,
    users: using.slice(0, listed).map(({ kind, externalId, personId, personName, accounts }) => ({
      kind,
      externalId,
      person: personId ? { id: personId, name: personName } : null,
      accounts,
    })),
  }
}

/** Reasons of the rejected events that are open, the most frequent first. */
export async function rejectReasons(ctx: Ctx): Promise<z.output<typeof RejectReason>[]> {
  const { rows } = await sql<{ reason: string; open: number; newestAt: string }>`
    select reason, count(*)::int as open, max(received_at) as newest_at from event_reject
    where workspace_id = ${ctx.workspace} and state = 'open' group by reason order by open desc, reason`.execute(
    ctx.pg,
  )
  return rows.map((row) => ({ ...row, says: reasonWords[row.reason as Reason] ?? row.reason }))
}
