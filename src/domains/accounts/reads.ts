import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { versionOf } from '../../platform/version.ts'
import type { Account, AccountHit, CustomField, CustomValues } from './schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** What people may change of an account. */
const content = [
  'name',
  'domain',
  'parentId',
  'stage',
  'ownerId',
  'segment',
  'region',
  'plan',
  'seats',
  'timeZone',
  'startedOn',
  'renewsOn',
  'custom',
] as const

export const accountVersion = (row: Readonly<Record<(typeof content)[number], unknown>>): string =>
  versionOf(row, content)

/** The account that an id stands for today: merged accounts answer with the one they went into. */
export async function resolveAccount(ctx: Scope, id: string): Promise<string> {
  const row = await ctx.pg
    .selectFrom('account')
    .select('rootId')
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('customer')
  return row.rootId
}

export async function getAccount(ctx: Ctx, anyId: string): Promise<Account> {
  const id = await resolveAccount(ctx, anyId)
  const row = await ctx.pg
    .selectFrom('account')
    .leftJoin('account as parent', 'parent.id', 'account.parentId')
    .leftJoin('appUser as owner', 'owner.id', 'account.ownerId')
    .selectAll('account')
    .select(['parent.name as parentName', 'owner.name as ownerName'])
    .where('account.workspaceId', '=', ctx.workspace)
    .where('account.id', '=', id)
    .executeTakeFirstOrThrow()
  const named = (column: 'parentId' | 'mergedInto') =>
    ctx.pg
      .selectFrom('account')
      .select(['id', 'name'])
      .where('workspaceId', '=', ctx.workspace)
      .where(column, '=', id)
      .orderBy('name')
      .limit(200)
      .execute()
  const [children, merged, externalIds] = await Promise.all([
    named('parentId'),
    named('mergedInto'),
    ctx.pg
      .selectFrom('sourceRecord')
      .select(['source', 'externalId'])
      .where('workspaceId', '=', ctx.workspace)
      .where('entity', '=', 'account')
      .where('recordId', '=', id)
      .execute(),
  ])
  const {
    parentId,
    parentName,
    ownerId,
    ownerName,
    mergedInto: _,
    rootId: __,
    workspaceId: ___,
    ...rest
  } = row
  return {
    ...rest,
    version: accountVersion(row),
    stage: rest.stage as Account['stage'],
    custom: (rest.custom ?? {}) as CustomValues,
    parent: parentId && parentName ? { id: parentId, name: parentName } : null,
    owner: ownerId && ownerName ? { id: ownerId, name: ownerName } : null,
    children,
    merged,
    externalIds,
  }
}

/** Accounts whose name, domain or id in a source begins with or contains the words; best match first. */
export async function findAccounts(
  ctx: Ctx,
  words: string,
  limit: number,
): Promise<z.output<typeof AccountHit>[]> {
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<z.output<typeof AccountHit>>`
    select id, name, segment, stage from account
    where workspace_id = ${ctx.workspace} and merged_into is null and (
      fold_text(name) like fold_text(${pattern}) or domain ilike ${pattern} or id in (
        select record_id from source_record
        where workspace_id = ${ctx.workspace} and entity = 'account' and external_id = ${words}))
    order by fold_text(name) <> fold_text(${words}), not (fold_text(name) like fold_text(${pattern.slice(1)})),
      lower(name), id
    limit ${limit}`.execute(ctx.pg)
  return rows
}

export async function customFields(
  ctx: Scope,
  entity: 'account' | 'person' = 'account',
): Promise<CustomField[]> {
  const rows = await ctx.pg
    .selectFrom('customField')
    .select(['key', 'label', 'type', 'options'])
    .where('workspaceId', '=', ctx.workspace)
    .where('entity', '=', entity)
    .orderBy('position')
    .orderBy('key')
    .execute()
  return rows as CustomField[]
}

/** Ids from the account up to the root of its tree. */
export async function ancestorsOf(ctx: Scope, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive up as (
      select id, parent_id from account where workspace_id = ${ctx.workspace} and id = ${id}
      union
      select a.id, a.parent_id from account a join up on a.id = up.parent_id where a.workspace_id = ${ctx.workspace})
    select id from up`.execute(ctx.pg)
  return rows.map((row) => row.id)
}

/** Every account that now counts as one of `rootIds`: merged ones with the account that they stand for. */
export async function membersOf(ctx: Scope, rootIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; rootId: string }>`
    select id, root_id from account
    where workspace_id = ${ctx.workspace} and root_id = any(${[...rootIds]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.id, row.rootId]))
}
