import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { bucketsUntil } from '../model/explore.ts'
import type { EventVolume, KeyActivity } from '../schema/explore.ts'

type Bucket = Readonly<{ start: string; keyId: string | null; n: number }>

const nil = '00000000-0000-0000-0000-000000000000'
const clock = (iso: string): string => iso.slice(0, 23).replace('T', ' ')

async function takenBy(ctx: Ctx, by: 'hour' | 'day', since: string): Promise<Bucket[]> {
  const start = by === 'hour' ? 'toStartOfHour(e.received_at)' : 'toStartOfDay(e.received_at)'
  return chRows<Bucket>(
    ctx.ch,
    `select concat(formatDateTime(${start}, '%Y-%m-%dT%H:%i:%S'), '.000Z') as start, write_key_id as keyId,
       count() as n
     from event as e final
     where workspace_id = {workspace:UUID} and e.received_at >= toDateTime64({since:String}, 3, 'UTC')
     group by start, keyId settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace, since: clock(since) },
  )
}

/** Rejected events that were not taken since: a mended one counts among those taken. */
async function rejectedBy(ctx: Ctx, by: 'hour' | 'day', since: string): Promise<Bucket[]> {
  const { rows } = await sql<Bucket>`
    select to_char(date_trunc(${by}, received_at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS".000Z"') as start,
      write_key_id as "keyId", count(*)::int as n
    from event_reject
    where workspace_id = ${ctx.workspace} and state in ('open', 'dismissed') and received_at >= ${since}
    group by 1, 2`.execute(ctx.pg)
  return rows
}

async function names(ctx: Ctx): Promise<{ id: string; name: string }[]> {
  return ctx.pg
    .selectFrom('writeKey')
    .select(['id', 'name'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('id')
    .execute()
}

const spread = (starts: readonly string[], buckets: readonly Bucket[]): number[] => {
  const at = new Map(buckets.map(({ start, n }) => [start, Number(n)]))
  return starts.map((start) => at.get(start) ?? 0)
}

/** How much came and was rejected, by source, in the last 48 hours or 30 days. */
export async function eventVolume(ctx: Ctx, by: 'hour' | 'day'): Promise<z.output<typeof EventVolume>> {
  const starts = bucketsUntil(ctx.clock(), by)
  const since = starts[0]!
  const [taken, rejected, keys] = await Promise.all([
    takenBy(ctx, by, since),
    rejectedBy(ctx, by, since),
    names(ctx),
  ])
  const of = (buckets: readonly Bucket[], id: string | null) =>
    buckets.filter(({ keyId }) => (keyId === nil ? null : keyId) === id)
  const sources = [...keys, null].map((key) => ({
    key,
    events: spread(starts, of(taken, key?.id ?? null)),
    rejected: spread(starts, of(rejected, key?.id ?? null)),
  }))
  return {
    by,
    starts,
    sources: sources.filter(({ events, rejected: lost }) => [...events, ...lost].some((n) => n > 0)),
  }
}

/** What each write key brought lately. */
export async function keyActivity(ctx: Ctx): Promise<z.output<typeof KeyActivity>[]> {
  const now = ctx.clock().getTime()
  const [month, day] = [30, 1].map((days) => new Date(now - days * 86_400_000).toISOString())
  const [taken, { rows: lost }, keys] = await Promise.all([
    chRows<{ keyId: string; lastAt: string; n: number }>(
      ctx.ch,
      `select write_key_id as keyId, concat(replaceOne(toString(max(e.received_at)), ' ', 'T'), 'Z') as lastAt,
         countIf(e.received_at >= toDateTime64({day:String}, 3, 'UTC')) as n
       from event as e final
       where workspace_id = {workspace:UUID} and e.received_at >= toDateTime64({month:String}, 3, 'UTC')
       group by keyId settings output_format_json_quote_64bit_integers = 0`,
      { workspace: ctx.workspace, month: clock(month!), day: clock(day!) },
    ),
    sql<{ keyId: string; n: number }>`
      select write_key_id as "keyId", count(*)::int as n from event_reject
      where workspace_id = ${ctx.workspace} and state in ('open', 'dismissed') and received_at >= ${day!}
      group by 1`.execute(ctx.pg),
    names(ctx),
  ])
  return keys.map(({ id }) => {
    const brought = taken.find(({ keyId }) => keyId === id)
    return {
      id,
      lastAt: brought?.lastAt ?? null,
      events: Number(brought?.n ?? 0),
      rejected: lost.find(({ keyId }) => keyId === id)?.n ?? 0,
    }
  })
}
