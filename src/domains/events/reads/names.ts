import type { z } from 'zod'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { otherEvents, type EventType } from '../model.ts'
import { featureOf } from '../model/explore.ts'
import { featureNames } from '../reads.ts'
import type { EventName, EventNames, EventProperties } from '../schema/explore.ts'

const mostNames = 500
const newestLooked = 1_000
const mostProperties = 50

const sinceDays = (ctx: Ctx, days: number): string =>
  new Date(ctx.clock().getTime() - days * 86_400_000).toISOString().slice(0, 23).replace('T', ' ')

/** Accounts for which live events counted, by feature. */
async function reachOf(ctx: Ctx, days: number): Promise<Map<string, number>> {
  const rows = await chRows<{ feature: string; accounts: number }>(
    ctx.ch,
    `select feature, uniqExact(account_id) as accounts from usage_count final
     where workspace_id = {workspace:UUID} and startsWith(row_key, 'live|') and deleted = 0
       and day >= toDate({since:String})
     group by feature settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace, since: sinceDays(ctx, days).slice(0, 10) },
  )
  return new Map(rows.map(({ feature, accounts }) => [feature, accounts]))
}

type Row = Omit<z.output<typeof EventName>, 'feature' | 'accounts'>

/** The events of the last days by name, the most frequent first. */
export async function eventNames(ctx: Ctx, days: number): Promise<z.output<typeof EventNames>> {
  const params = { workspace: ctx.workspace, since: sinceDays(ctx, days), limit: mostNames }
  const window = `from event as e final
     where workspace_id = {workspace:UUID} and e.received_at >= toDateTime64({since:String}, 3, 'UTC')`
  const [rows, [sum], reach, features] = await Promise.all([
    chRows<Row>(
      ctx.ch,
      `select type, name, count() as events, uniqExact(user_key) as users,
         concat(replaceOne(toString(min(e.at)), ' ', 'T'), 'Z') as firstAt,
         concat(replaceOne(toString(max(e.at)), ' ', 'T'), 'Z') as lastAt
       ${window} group by type, name order by events desc, type, name limit {limit:UInt32}
       settings output_format_json_quote_64bit_integers = 0`,
      params,
    ),
    chRows<{ n: number }>(
      ctx.ch,
      `select uniqExact(type, name) as n ${window} settings output_format_json_quote_64bit_integers = 0`,
      params,
    ),
    reachOf(ctx, days),
    featureNames(ctx),
  ])
  const known = new Set(features)
  return {
    days,
    total: sum?.n ?? 0,
    names: rows.map((row) => {
      const feature = featureOf(row.type as EventType, row.name, known)
      const alone = feature !== null && feature !== otherEvents
      return { ...row, feature, accounts: alone ? (reach.get(feature) ?? 0) : null }
    }),
  }
}

type Property = Readonly<{ name: string; events: number; types: [string[], number[]]; examples: string[] }>

/** Properties that the newest events of a name carry, with their types and examples. */
export async function eventProperties(
  ctx: Ctx,
  { type, name }: { type: string; name: string },
): Promise<z.output<typeof EventProperties>> {
  const params = { workspace: ctx.workspace, type, name, looked: newestLooked, most: mostProperties }
  const newest = `select properties from event as e final
     where workspace_id = {workspace:UUID} and type = {type:String} and name = {name:String}
     order by e.received_at desc, user_key, message_id limit {looked:UInt32}`
  const [rows, [sum], [seen]] = await Promise.all([
    chRows<Property>(
      ctx.ch,
      `select pair.1 as name, count() as events, sumMap([kind], [toUInt64(1)]) as types,
         groupUniqArray(3)(substringUTF8(pair.2, 1, 80)) as examples
       from (select arrayJoin(JSONExtractKeysAndValuesRaw(properties)) as pair,
           multiIf(startsWith(pair.2, '"'), 'text', startsWith(pair.2, '{'), 'object', startsWith(pair.2, '['), 'list',
             pair.2 in ('true', 'false'), 'yes or no', pair.2 = 'null', 'empty', 'number') as kind
         from (${newest}))
       group by name order by events desc, name limit {most:UInt32}
       settings output_format_json_quote_64bit_integers = 0, output_format_json_named_tuples_as_objects = 0`,
      params,
    ),
    chRows<{ n: number }>(
      ctx.ch,
      `select uniqExact(arrayJoin(JSONExtractKeys(properties))) as n from (${newest})
       settings output_format_json_quote_64bit_integers = 0`,
      params,
    ),
    chRows<{ n: number }>(
      ctx.ch,
      `select count() as n from (${newest}) settings output_format_json_quote_64bit_integers = 0`,
      params,
    ),
  ])
  return {
    looked: seen?.n ?? 0,
    total: sum?.n ?? 0,
    properties: rows.map(({ types: [kinds, counts], ...row }) => ({
      ...row,
      types: kinds.map((kind, i) => ({ type: kind, events: counts[i] ?? 0 })),
    })),
  }
}
