import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { keyOf } from '../../events/model.ts'

export type NamedUser = Readonly<{ id: string; name: string | null }>

/**
 * People behind surrogates of users: as live events tied them, or by the id or address under which the people of these
 * accounts are known. Erased people stay unknown.
 */
export async function namesOfUsers(
  ctx: Ctx,
  members: readonly string[],
  users: readonly string[],
): Promise<Map<string, NamedUser>> {
  if (users.length === 0) return new Map()
  const [{ rows: tied }, { rows: people }] = await Promise.all([
    sql<NamedUser & { key: string }>`
      select u.key, root.id, coalesce(root.name, root.email) as name from event_user u
      join person p on p.id = u.person_id join person root on root.id = p.root_id
      where u.workspace_id = ${ctx.workspace} and u.key = any(${[...users]}::text[])
        and u.erased_at is null and root.erased_at is null`.execute(ctx.pg),
    sql<NamedUser & { known: string }>`
      select root.id, coalesce(root.name, root.email) as name, word.known from person_role r
      join person p on p.id = r.person_id join person root on root.id = p.root_id and root.erased_at is null
      cross join lateral (
        select p.email as known where p.email is not null
        union
        select s.external_id from source_record s
        where s.workspace_id = p.workspace_id and s.entity = 'person' and s.record_id = p.id) word
      where r.workspace_id = ${ctx.workspace} and r.account_id = any(${[...members]}::uuid[])`.execute(
      ctx.pg,
    ),
  ])
  const named = new Map<string, NamedUser>()
  for (const { known, ...person } of people)
    named.set(keyOf(ctx.workspace, { kind: 'user', id: known }), person)
  for (const { key, ...person } of tied) named.set(key, person)
  return new Map(users.flatMap((user) => (named.has(user) ? [[user, named.get(user)!]] : [])))
}
