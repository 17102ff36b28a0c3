import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { versionOf } from '../../../platform/version.ts'
import type { ChosenUseCase } from '../model/known.ts'
import type { UseCase } from '../schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** What people may change of a use case. */
const content = ['name', 'segments', 'features'] as const

export const useCaseVersion = (row: Readonly<Record<(typeof content)[number], unknown>>): string =>
  versionOf(row, content)

/** All use cases by name, the one for all other customers last, each with how many customers it is for. */
export async function listUseCases(ctx: Ctx): Promise<UseCase[]> {
  const { rows } = await sql<Omit<UseCase, 'version'>>`
    select u.id, u.name, u.segments, u.features, u.updated_at, (
      select count(*) from account a
      where a.workspace_id = u.workspace_id and a.merged_into is null and case
        when u.segments is null then not exists (
          select from use_case o where o.workspace_id = a.workspace_id and a.segment = any(o.segments))
        else a.segment = any(u.segments) end) as accounts
    from use_case u where u.workspace_id = ${ctx.workspace}
    order by u.segments is null, lower(u.name)`.execute(ctx.pg)
  return rows.map((row) => ({ ...row, version: useCaseVersion(row) }))
}

export async function getUseCase(ctx: Ctx, id: string): Promise<UseCase> {
  const found = (await listUseCases(ctx)).find((one) => one.id === id)
  if (!found) throw notFound('use case')
  return found
}

/** The use case of each account that has one: that of its segment, else the one for all others. */
export async function useCasesOf(
  ctx: Scope,
  accountIds: readonly string[],
): Promise<Map<string, ChosenUseCase>> {
  const { rows } = await sql<ChosenUseCase & { accountId: string }>`
    select a.id as account_id, u.id, u.name, u.features from account a
    cross join lateral (
      select id, name, features from use_case
      where workspace_id = a.workspace_id and (segments is null or a.segment = any(segments))
      order by segments is null limit 1) u
    where a.workspace_id = ${ctx.workspace} and a.id = any(${[...accountIds]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map(({ accountId, ...useCase }) => [accountId, useCase]))
}
