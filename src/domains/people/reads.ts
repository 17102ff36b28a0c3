import { sql } from 'kysely'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { versionOf } from '../../platform/version.ts'
import { resolveAccount } from '../accounts/reads.ts'
import type { CustomValues } from '../accounts/schema.ts'
import { workspaceOf } from '../team/reads.ts'
import { presenceOn, strongestPresence } from './model.ts'
import type { AccountPerson, Person, PersonHit, PersonRole } from './schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** What people may change of a person. */
const content = ['name', 'email', 'title', 'timeZone', 'custom'] as const

export const personVersion = (row: Readonly<Record<(typeof content)[number], unknown>>): string =>
  versionOf(row, content)

/** The calendar day that it is for the workspace. */
export async function todayOf(ctx: Pick<Ctx, 'pg' | 'workspace' | 'clock'>): Promise<string> {
  return dayOf(ctx.clock(), (await workspaceOf(ctx)).timeZone)
}

/** The person that an id stands for today: merged people answer with the one they went into. */
export async function resolvePerson(ctx: Scope, id: string): Promise<string> {
  const row = await ctx.pg
    .selectFrom('person')
    .select('rootId')
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('person')
  return row.rootId
}

/** Everybody that now counts as one of `rootIds`: merged people with the one that they stand for. */
export async function aliasesOf(ctx: Scope, rootIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; rootId: string }>`
    select id, root_id from person
    where workspace_id = ${ctx.workspace} and root_id = any(${[...rootIds]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.id, row.rootId]))
}

/** Names of people by whatever id a record holds; id is that of the person who counts, name null when unknown. */
export async function namesOf(
  ctx: Scope,
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string | null }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; rootId: string; name: string | null }>`
    select p.id, r.id as root_id, r.name from person p join person r on r.id = p.root_id
    where p.workspace_id = ${ctx.workspace} and p.id = any(${[...new Set(ids)]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.id, { id: row.rootId, name: row.name }]))
}

type RoleRow = {
  id: string
  role: PersonRole | null
  fromOn: string | null
  toOn: string | null
  accountId: string
  accountName: string
}

async function rolesOf(ctx: Ctx, rootId: string): Promise<Person['roles']> {
  const today = await todayOf(ctx)
  const { rows } = await sql<RoleRow>`
    select r.id, r.role, r.from_on, r.to_on, root.id as account_id, root.name as account_name
    from person p
    join person_role r on r.person_id = p.id
    join account a on a.id = r.account_id
    join account root on root.id = a.root_id
    where p.workspace_id = ${ctx.workspace} and p.root_id = ${rootId}
    order by r.to_on desc nulls first, r.from_on desc nulls last, r.id`.execute(ctx.pg)
  return rows.map(({ accountId, accountName, ...role }) => ({
    ...role,
    account: { id: accountId, name: accountName },
    presence: presenceOn(role, today),
  }))
}

export async function getPerson(ctx: Ctx, anyId: string): Promise<Person> {
  const id = await resolvePerson(ctx, anyId)
  const [row, roles, merged, externalIds] = await Promise.all([
    ctx.pg
      .selectFrom('person')
      .select(['id', 'name', 'email', 'title', 'timeZone', 'custom', 'erasedAt', 'createdAt', 'updatedAt'])
      .where('workspaceId', '=', ctx.workspace)
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
    rolesOf(ctx, id),
    ctx.pg
      .selectFrom('person')
      .select(['id', 'name'])
      .where('workspaceId', '=', ctx.workspace)
      .where('mergedInto', '=', id)
      .orderBy('name')
      .limit(200)
      .execute(),
    ctx.pg
      .selectFrom('sourceRecord')
      .select(['source', 'externalId'])
      .where('workspaceId', '=', ctx.workspace)
      .where('entity', '=', 'person')
      .where('recordId', '=', id)
      .execute(),
  ])
  const custom = (row.custom ?? {}) as CustomValues
  return { ...row, custom, version: personVersion(row), roles, merged, externalIds }
}

type AccountPersonRow = Omit<AccountPerson, 'presence' | 'roles' | 'version'> & {
  custom: CustomValues
  roles: Omit<RoleRow, 'accountId' | 'accountName'>[]
  total: number
}

/**
 * People of an account and of those merged into it: current ones first, then those to come, then those gone; within
 * each, whoever spoke last comes first. `total` counts everybody, whatever the limit.
 */
export async function peopleOfAccount(
  ctx: Ctx,
  anyAccountId: string,
  limit = 200,
): Promise<{ rows: AccountPerson[]; total: number }> {
  const accountId = await resolveAccount(ctx, anyAccountId)
  const today = await todayOf(ctx)
  const { rows } = await sql<AccountPersonRow>`
    with part as (
      select p.root_id, r.id, r.role, r.from_on, r.to_on
      from account a
      join person_role r on r.workspace_id = a.workspace_id and r.account_id = a.id
      join person p on p.id = r.person_id
      where a.workspace_id = ${ctx.workspace} and a.root_id = ${accountId}),
    member as (
      select root_id,
        min(case when to_on <= ${today}::date then 2 when from_on > ${today}::date then 1 else 0 end) as rank,
        jsonb_agg(jsonb_build_object('id', id, 'role', role, 'fromOn', from_on, 'toOn', to_on)
          order by to_on desc nulls first, from_on desc nulls last, id) as roles
      from part group by root_id),
    word as (
      select m.root_id, greatest(
        (select max(at) from person q join message x on x.person_id = q.id
          where q.root_id = m.root_id and x.direction = 'in'),
        (select max(answered_at) from person q join survey_answer x on x.person_id = q.id
          where q.root_id = m.root_id)) as last_word_at
      from member m)
    select p.id, p.name, p.email, p.title, p.time_zone, p.custom, p.erased_at, m.roles, w.last_word_at,
      count(*) over () as total
    from member m join word w using (root_id) join person p on p.id = m.root_id
    where p.workspace_id = ${ctx.workspace}
    order by m.rank, w.last_word_at desc nulls last, lower(p.name), p.id
    limit ${limit}`.execute(ctx.pg)
  return {
    total: rows[0]?.total ?? 0,
    rows: rows.map(({ total: _total, custom, ...row }) => {
      const roles = row.roles.map((role) => ({ ...role, presence: presenceOn(role, today) }))
      const version = personVersion({ ...row, custom })
      return { ...row, version, roles, presence: strongestPresence(roles.map((role) => role.presence)) }
    }),
  }
}

/** People whose name or e-mail address contains the words, or whose id in a source is the words; best match first. */
export async function findPeople(ctx: Ctx, words: string, limit: number): Promise<PersonHit[]> {
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<PersonHit>`
    with hit as (
      select id, name, email, title from person
      where workspace_id = ${ctx.workspace} and merged_into is null and erased_at is null and (
        fold_text(name) like fold_text(${pattern}) or email ilike ${pattern} or id in (
          select p.root_id from source_record s join person p on p.id = s.record_id
          where s.workspace_id = ${ctx.workspace} and s.entity = 'person' and s.external_id = ${words}))
      order by fold_text(coalesce(name, email)) <> fold_text(${words}),
        not coalesce(fold_text(name) like fold_text(${pattern.slice(1)}), false), lower(name), id
      limit ${limit})
    select hit.*, coalesce((
      select jsonb_agg(distinct jsonb_build_object('id', root.id, 'name', root.name))
      from person p join person_role r on r.person_id = p.id
        join account a on a.id = r.account_id join account root on root.id = a.root_id
      where p.root_id = hit.id), '[]') as accounts
    from hit
    order by fold_text(coalesce(name, email)) <> fold_text(${words}),
      not coalesce(fold_text(name) like fold_text(${pattern.slice(1)}), false), lower(name), id`.execute(
    ctx.pg,
  )
  return rows
}
