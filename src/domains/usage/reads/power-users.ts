import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { membersOf, resolveAccount } from '../../accounts/reads.ts'
import { knownOf } from '../model/known.ts'
import { powerUsers } from '../model/users.ts'
import { horizonOf } from '../model/weeks.ts'
import type { PowerUsers } from '../schema.ts'
import { latestScale, latestSource } from './coverage.ts'
import { countingAccount, mergedAccounts } from './features.ts'
import { namesOfUsers } from './users.ts'
import { usesOf } from './uses.ts'

/** So many records of a kind are told of one user. */
const shown = 50

type ErrorRow = Readonly<{ user: string; feature: string; firstOn: string; days: number; errors: number }>

/** Errors that these users met, by feature, since the source began. */
const errorsOf = (ctx: Ctx, members: readonly string[], users: readonly string[]): Promise<ErrorRow[]> =>
  chRows<ErrorRow>(
    ctx.ch,
    `select u.users[1] as user, feature, min(day) as firstOn, uniqExact(day) as days, sum(u.errors) as errors
     from usage_count as u final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and deleted = 0
       and u.errors > 0 and length(u.users) = 1 and u.users[1] in {users:Array(String)}
     group by user, feature order by firstOn, feature
     settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace, members: [...members], users: [...users] },
  )

/** For each feature the day of its first error anywhere in the workspace, and how many accounts met one. */
async function firstErrors(ctx: Ctx, features: readonly string[]) {
  if (features.length === 0) return new Map<string, { firstOn: string; accounts: number }>()
  const merged = await mergedAccounts(ctx)
  const rows = await chRows<{ feature: string; firstOn: string; accounts: number }>(
    ctx.ch,
    `select feature, min(day) as firstOn, uniqExact(${countingAccount}) as accounts from usage_count as u final
     where workspace_id = {workspace:UUID} and feature in {features:Array(String)} and deleted = 0 and u.errors > 0
     group by feature settings output_format_json_quote_64bit_integers = 0`,
    {
      workspace: ctx.workspace,
      features: [...features],
      merged: merged.map(({ id }) => id),
      into: merged.map(({ rootId }) => rootId),
    },
  )
  return new Map(rows.map(({ feature, ...first }) => [feature, first]))
}

type Ticket = PowerUsers['users'][number]['tickets'][number]

/**
 * Tickets of each of these people about this account, the first ones first. What asks for a feature says so in its
 * category.
 */
async function ticketsOf(
  ctx: Ctx,
  members: readonly string[],
  personIds: readonly string[],
): Promise<Map<string, Ticket[]>> {
  const { rows } = await sql<{ personId: string; tickets: Ticket[] }>`
    select person_id, jsonb_agg(jsonb_build_object('id', id, 'subject', subject, 'category', category,
      'priority', priority, 'state', state, 'openedAt', opened_at, 'asksForFeature', asks) order by opened_at, id) as tickets
    from (
      select p.root_id as person_id, t.id, t.subject, t.category, t.priority, t.state, t.opened_at,
        coalesce(t.category ~* '(feature|enhancement|idea|wish|suggestion)', false) as asks,
        row_number() over (partition by p.root_id order by t.opened_at, t.id) as place
      from ticket t join person p on p.id = t.person_id
      where t.workspace_id = ${ctx.workspace} and t.account_id = any(${[...members]}::uuid[])
        and p.root_id = any(${[...personIds]}::uuid[])) found
    where place <= ${shown} group by person_id`.execute(ctx.pg)
  return new Map(rows.map(({ personId, tickets }) => [personId, tickets]))
}

/** The power users of an account with what they met, the first first: errors, tickets, requests for features. */
export async function powerUsersOf(ctx: Ctx, anyId: string): Promise<PowerUsers> {
  const id = await resolveAccount(ctx, anyId)
  const [source, scale] = await Promise.all([latestSource(ctx), latestScale(ctx)])
  const nothing = { asOf: null, state: 'not_enough_data' as const, detail: {}, users: [] }
  if (!source) return nothing
  const now = ctx.clock()
  const [use] = await usesOf(ctx, [id], source, now)
  const horizon = use && horizonOf(now, source.coverage, use.sendsEvents)
  const known = use && horizon && knownOf(use, source, horizon)
  if (!known) return nothing
  const part = powerUsers(known, scale)
  const asOf = known.horizon.asOf.toISOString()
  if (part.value === null) return { ...nothing, asOf, detail: part.detail }
  const threshold = Number(part.detail.threshold)
  const heavy = Object.entries(use.userEvents)
    .filter(([, events]) => events >= threshold)
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, shown)
  const members = [...(await membersOf(ctx, [id])).keys()]
  const keys = heavy.map(([user]) => user)
  const [people, errors] = await Promise.all([namesOfUsers(ctx, members, keys), errorsOf(ctx, members, keys)])
  const [first, tickets] = await Promise.all([
    firstErrors(ctx, [...new Set(errors.map(({ feature }) => feature))]),
    ticketsOf(
      ctx,
      members,
      [...people.values()].map((person) => person.id),
    ),
  ])
  return {
    asOf,
    state: known.horizon.stale ? 'stale' : 'ok',
    detail: part.detail,
    users: heavy.map(([user, events]) => {
      const person = people.get(user) ?? null
      return {
        user,
        person,
        events,
        errors: errors
          .filter((row) => row.user === user)
          .slice(0, shown)
          .map((row) => ({
            feature: row.feature,
            firstOn: row.firstOn,
            days: row.days,
            errors: row.errors,
            metFirst: first.get(row.feature)?.firstOn === row.firstOn,
            accounts: first.get(row.feature)?.accounts ?? 1,
          })),
        tickets: tickets.get(person?.id ?? '') ?? [],
      }
    }),
  }
}
