import { sql } from 'kysely'
import { dayOf } from '../../../platform/clock.ts'
import { userIdOf, type Ctx } from '../../../platform/context.ts'
import { customFields } from '../../accounts/reads.ts'
import {
  accountFields,
  customFieldDef,
  describeField,
  readingField,
  type Catalogue,
  type FieldDef,
} from '../model.ts'
import type { Field, Fields } from '../schema.ts'

export type Scope = Pick<Ctx, 'pg' | 'workspace' | 'actor' | 'clock'>

/** Codes of readings that exist, found by jumping from one to the next in the index. */
async function readingCodes({ pg, workspace }: Scope): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    with recursive codes as (
      (select code from reading where workspace_id = ${workspace} order by code limit 1)
      union all
      select (select r.code from reading r where r.workspace_id = ${workspace} and r.code > codes.code
        order by r.code limit 1)
      from codes where codes.code is not null)
    select code from codes where code is not null`.execute(pg)
  return rows.map((row) => row.code)
}

/** Everything that the customers of this workspace can be filtered, sorted and shown by. */
export async function readCatalogue(ctx: Scope): Promise<Catalogue> {
  const [workspace, custom, codes] = await Promise.all([
    ctx.pg
      .selectFrom('workspace')
      .select(['currency', 'timeZone'])
      .where('id', '=', ctx.workspace)
      .executeTakeFirstOrThrow(),
    customFields(ctx),
    readingCodes(ctx),
  ])
  const fields: FieldDef[] = [
    ...accountFields,
    ...custom.map((field) => customFieldDef(field)),
    ...codes.map(readingField),
  ]
  return {
    fields: new Map(fields.map((field) => [field.code, field])),
    currency: workspace.currency,
    today: dayOf(ctx.clock(), workspace.timeZone),
    userId: userIdOf(ctx),
  }
}

type OptionRow = { code: string; value: string; label: string; count: number }

/** Values of the columns that people choose from, with how many customers have each, the most frequent first. */
async function columnOptions({ pg, workspace }: Scope): Promise<OptionRow[]> {
  const { rows } = await sql<OptionRow>`
    with counted as (
      select segment, region, plan, stage, owner_id, count(*)::int as count,
        case
          when grouping(segment) = 0 then 'segment' when grouping(region) = 0 then 'region'
          when grouping(plan) = 0 then 'plan' when grouping(stage) = 0 then 'stage' else 'owner' end as code
      from account where workspace_id = ${workspace} and merged_into is null
      group by grouping sets ((segment), (region), (plan), (stage), (owner_id)))
    select code, coalesce(segment, region, plan, stage, owner_id::text) as value,
      coalesce(u.name, segment, region, plan, stage, '') as label, count
    from (select *, row_number() over (partition by code order by count desc) as place from counted) ranked
    left join app_user u on u.id = owner_id
    where place <= 200 and coalesce(segment, region, plan, stage, owner_id::text) is not null
    order by code, count desc, label`.execute(pg)
  return rows
}

/** The list of fields for people: with options and how often each occurs. */
export async function getFields(ctx: Scope): Promise<Fields> {
  const [catalogue, options, custom, members] = await Promise.all([
    readCatalogue(ctx),
    columnOptions(ctx),
    customFields(ctx),
    ctx.pg
      .selectFrom('membership')
      .innerJoin('appUser', 'appUser.id', 'membership.userId')
      .select(['appUser.id as value', 'appUser.name as label'])
      .where('membership.workspaceId', '=', ctx.workspace)
      .orderBy('appUser.name')
      .execute(),
  ])
  const choices = new Map(
    custom.map((field) => [
      `custom.${field.key}`,
      field.options.map((value) => ({ value, label: value, count: 0 })),
    ]),
  )
  const optionsOf = (code: string): Field['options'] => {
    const counted = options.filter((row) => row.code === code)
    if (code !== 'owner')
      return choices.get(code) ?? counted.map(({ value, label, count }) => ({ value, label, count }))
    const counts = new Map(counted.map((row) => [row.value, row.count]))
    return members.map((member) => ({ ...member, count: counts.get(member.value) ?? 0 }))
  }
  return {
    fields: [...catalogue.fields.values()].map((field) => describeField(field, optionsOf(field.code))),
    currency: catalogue.currency,
    today: catalogue.today,
  }
}
