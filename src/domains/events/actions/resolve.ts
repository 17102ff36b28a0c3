import { sql } from 'kysely'
import { z } from 'zod'
import { action } from '../../../platform/action.ts'
import type { Ctx } from '../../../platform/context.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import { newId } from '../../../platform/ids.ts'
import { personFields, type Json } from '../model.ts'

/** The system that ids come from which only events have named. */
const source = 'events'

type UnknownGroup = Readonly<{ externalId: string; traits: Json; byServer: boolean }>

/** Is told which groups are about to be tied; a crash in between counts users again for nothing, and loses none. */
type BeforeTie = (groupIds: readonly string[]) => Promise<void>

/**
 * Groups whose id a source knows as that of exactly one account become that account: the one of the record itself, also
 * while it is merged into another, so that what they count can be parted again.
 */
export async function findAccounts(
  ctx: Ctx,
  groupIds: readonly string[],
  beforeTie: BeforeTie,
): Promise<void> {
  const { rows } = await sql<{ externalId: string; accountId: string }>`
    select g.external_id, min(a.id::text) as account_id from event_group g
    join source_record s on s.workspace_id = g.workspace_id and s.entity = 'account'
      and s.external_id = g.external_id
    join account a on a.id = s.record_id and a.workspace_id = s.workspace_id
    where g.workspace_id = ${ctx.workspace} and g.external_id = any(${[...groupIds]}::text[])
      and g.account_id is null
    group by g.external_id having count(distinct a.root_id) = 1`.execute(ctx.pg)
  if (rows.length === 0) return
  await beforeTie(rows.map(({ externalId }) => externalId))
  await sql`
    update event_group g set account_id = found.account_id
    from unnest(${rows.map(({ externalId }) => externalId)}::text[],
      ${rows.map(({ accountId }) => accountId)}::uuid[]) as found(external_id, account_id)
    where g.workspace_id = ${ctx.workspace} and g.external_id = found.external_id
      and g.account_id is null`.execute(ctx.pg)
}

/** An account for a group that a server named and nobody knows; its id in the source says who it is. */
const adoptGroup = action({
  name: 'event_group.adopt',
  role: 'csm',
  scope: 'write',
  input: z.object({ externalId: z.string(), name: z.string() }),
  async run(tx, { externalId, name }) {
    const id = newId()
    const { rows } = await sql`
      insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
      values (${tx.workspace}, ${source}, 'account', ${externalId}, ${id}, '')
      on conflict do nothing returning record_id`.execute(tx.pg)
    if (rows.length === 0) return
    await tx.pg.insertInto('account').values({ id, workspaceId: tx.workspace, name }).execute()
    await tx.pg
      .updateTable('eventGroup')
      .set({ accountId: id })
      .where('workspaceId', '=', tx.workspace)
      .where('externalId', '=', externalId)
      .execute()
    await tx.touch([id])
    tx.audit({ kind: 'account', id, changes: { name } })
  },
})

/** Ties groups to accounts; a group that only a page named becomes no account, because a page can say anything. */
export async function resolveGroups(
  ctx: Ctx,
  groupIds: readonly string[],
  beforeTie: BeforeTie,
): Promise<void> {
  if (groupIds.length === 0) return
  await findAccounts(ctx, groupIds, beforeTie)
  const { rows } = await sql<UnknownGroup>`
    select external_id, traits, by_server from event_group g
    where workspace_id = ${ctx.workspace} and external_id = any(${[...groupIds]}::text[]) and account_id is null
      and by_server and not exists (select from source_record s where s.workspace_id = g.workspace_id
        and s.entity = 'account' and s.external_id = g.external_id)
    order by external_id`.execute(ctx.pg)
  if (rows.length === 0) return
  await beforeTie(rows.map(({ externalId }) => externalId))
  for (const { externalId, traits } of rows)
    await adoptGroup(ctx, { externalId, name: personFields(traits).name ?? externalId })
}

type UnknownUser = Readonly<{ key: string; externalId: string; serverTraits: Json; browserTraits: Json }>

/** Users whose id or address one person of the records has become that person. */
async function findPeople(ctx: Ctx, keys: readonly string[]): Promise<void> {
  await sql`
    update event_user u set person_id = found.id::uuid
    from (
      select u.key, min(p.root_id::text) as id from event_user u
      join source_record s on s.workspace_id = u.workspace_id and s.entity = 'person' and s.external_id = u.external_id
      join person p on p.id = s.record_id and p.workspace_id = u.workspace_id
      where u.workspace_id = ${ctx.workspace} and u.key = any(${[...keys]}::text[]) and u.kind = 'user'
      group by u.key having count(distinct p.root_id) = 1) found
    where u.workspace_id = ${ctx.workspace} and u.key = found.key and u.person_id is null`.execute(ctx.pg)
  await sql`
    update event_user u set person_id = found.id::uuid
    from (
      select u.key, min(p.root_id::text) as id from event_user u
      join person p on p.workspace_id = u.workspace_id
        and lower(p.email) = lower(coalesce(u.server_traits ->> 'email', u.browser_traits ->> 'email'))
      where u.workspace_id = ${ctx.workspace} and u.key = any(${[...keys]}::text[]) and u.kind = 'user'
        and u.person_id is null
      group by u.key having count(distinct p.root_id) = 1) found
    where u.workspace_id = ${ctx.workspace} and u.key = found.key`.execute(ctx.pg)
}

type NewPerson = Readonly<{
  key: string
  externalId: string
  id: string
  name: string | null
  email: string | null
}>

/** People for users whom a server described and nobody knows. */
async function createPeople(ctx: Ctx, people: readonly NewPerson[]): Promise<void> {
  const rows = jsonRows(people.map(({ externalId, ...person }) => ({ ...person, external_id: externalId })))
  await sql`
    with new as (
      select * from jsonb_to_recordset(${rows}) as r(key text, external_id text, id uuid, name text, email text)
    ), known as (
      insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
      select ${ctx.workspace}::uuid, ${source}, 'person', external_id, id, '' from new
      on conflict do nothing returning record_id
    ), made as (
      insert into person (id, workspace_id, name, email)
      select new.id, ${ctx.workspace}::uuid, name, email from new join known on known.record_id = new.id
      returning id
    )
    update event_user u set person_id = new.id from new join made on made.id = new.id
    where u.workspace_id = ${ctx.workspace} and u.key = new.key`.execute(ctx.pg)
}

/** What a server says fills what is empty; what people or sources have written stays. */
async function fillPeople(ctx: Ctx, keys: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string; serverTraits: Json }>`
    select p.id, u.server_traits from event_user u join person p on p.id = u.person_id
    where u.workspace_id = ${ctx.workspace} and u.key = any(${[...keys]}::text[]) and u.server_traits <> '{}'
      and p.erased_at is null and (p.name is null or p.email is null)`.execute(ctx.pg)
  const found = rows.flatMap(({ id, serverTraits }) => {
    const fields = personFields(serverTraits)
    return fields.name || fields.email ? [{ id, ...fields }] : []
  })
  if (found.length === 0) return
  await sql`
    update person p set name = coalesce(p.name, r.name), email = coalesce(p.email, r.email)
    from (select distinct on (id) * from jsonb_to_recordset(${jsonRows(found)}) as r(id uuid, name text, email text)) r
    where p.workspace_id = ${ctx.workspace} and p.id = r.id and p.erased_at is null
      and (r.email is null or not exists (select from person o where o.workspace_id = p.workspace_id
        and lower(o.email) = r.email and o.root_id <> p.root_id))`.execute(ctx.pg)
}

/** Ties users to people: by id in any source, by address, else as a new person when a server described them. */
export async function resolvePeople(ctx: Ctx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await findPeople(ctx, keys)
  const { rows } = await sql<UnknownUser>`
    select key, external_id, server_traits, browser_traits from event_user
    where workspace_id = ${ctx.workspace} and key = any(${[...keys]}::text[]) and kind = 'user'
      and person_id is null and erased_at is null and server_traits <> '{}' order by key`.execute(ctx.pg)
  const described = rows.flatMap(({ key, externalId, serverTraits }) => {
    const fields = personFields(serverTraits)
    return fields.name || fields.email ? [{ key, externalId, id: newId(), ...fields }] : []
  })
  // Two users with one address are one person: the first becomes it, the others are found by it next time.
  const first = new Map(described.map((person) => [person.email ?? person.key, person]))
  if (first.size > 0) await createPeople(ctx, [...first.values()])
  if (first.size < described.length) await findPeople(ctx, keys)
  await fillPeople(ctx, keys)
}
