import { sql, type RawBuilder } from 'kysely'
import { binEdges, sumInterval, type FieldDef } from '../model.ts'
import type { ColumnSummary, Summary, SummaryQuery, Unit } from '../schema.ts'
import { readCatalogue, type Scope } from './catalogue.ts'
import { Joins, valueOf } from './filter.ts'
import { compileQuery } from './rows.ts'

type Stats = {
  field: string
  n: number
  sum: number | null
  /** The median and the 98% quantile. */
  quantiles: number[] | null
  min: number | null
  max: number | null
  /** The highest end of an interval. */
  reach: number | null
  withInterval: number | null
  squaresBelow: number | null
  squaresAbove: number | null
}

/** The known values of a column for the customers that were found: (segment, value, low, high). */
function valuesSql(workspace: string, field: FieldDef) {
  if (field.source === 'reading')
    return sql`select found.segment, r.value, r.low, r.high
      from found join reading r on r.account_id = found.id
      where r.workspace_id = ${workspace} and r.code = ${field.key} and r.value is not null`
  const value = sql`${valueOf(field, new Joins(workspace))}::float8`
  return sql`select found.segment, ${value} as value, null::float8 as low, null::float8 as high
    from found join account a on a.id = found.id where ${value} is not null`
}

function statsSql(workspace: string, field: FieldDef) {
  const squares =
    field.source === 'reading' && field.unit === 'money'
      ? sql`(select sum(low_gap ^ 2) as below, sum(high_gap ^ 2) as above, sum(n)::int as n from (
          select sum(value - low) as low_gap, sum(high - value) as high_gap, count(low + high) as n
          from v group by segment) g)`
      : sql`(select null::float8 as below, null::float8 as above, null::int as n)`
  return sql`select * from (
    with v as (${valuesSql(workspace, field)})
    select ${field.code}::text as field, t.*, s.below as squares_below, s.above as squares_above, s.n as with_interval
    from (
      select count(*)::int as n, sum(value) as sum, min(value) as min, max(value) as max, max(high) as reach,
        percentile_cont(array[0.5, 0.98]) within group (order by value) as quantiles from v) t, ${squares} s) of_field`
}

/** Totals and distributions over all customers that a query finds, not only the page in sight. */
export async function readSummary(ctx: Scope, query: SummaryQuery): Promise<Summary> {
  const catalogue = await readCatalogue(ctx)
  const { joins, where } = await compileQuery(ctx, catalogue, query)
  const fields = query.columns.flatMap((code) => {
    const field = catalogue.fields.get(code)
    return field?.type === 'number' ? [field] : []
  })
  const found = sql`found as materialized (select a.id, a.segment from ${joins.from()} where ${where})`
  // One branch a column: each sorts its own values, which is far less work than sorting all of them together.
  const statsOfField = fields.map((field) => statsSql(ctx.workspace, field))
  const [{ rows: counted }, stats] = await Promise.all([
    sql<{ count: number }>`with ${found} select count(*)::int as count from found`.execute(ctx.pg),
    fields.length === 0
      ? []
      : sql<Stats>`with ${found} ${sql.join(statsOfField, sql` union all `)}`
          .execute(ctx.pg)
          .then((result) => result.rows),
  ])
  const count = counted[0]?.count ?? 0
  const edges = new Map(
    stats.map((row) => [row.field, edgesOf(row, catalogue.fields.get(row.field)?.unit ?? null)]),
  )
  const counts = await binCounts(ctx, found, fields, edges)
  const statsOf = new Map(stats.map((row) => [row.field, row]))
  return {
    count,
    columns: fields.map((field) =>
      columnSummary(field.code, count, statsOf.get(field.code), edges.get(field.code) ?? [], counts),
    ),
  }
}

/** Bins of a probability reach as far as its intervals, which a table draws on the same axis. */
function edgesOf({ min, max, reach, quantiles }: Stats, unit: Unit | null): number[] {
  const probability = unit === 'share' && reach !== null && max !== null && reach <= 1
  return binEdges({ min, max: probability ? Math.max(max, reach) : max, p98: quantiles?.[1] ?? null }, unit)
}

const binKey = (field: string, bin: number) => `${bin} ${field}`

/** How many values fall into each bin, by `binKey`. The last bin takes all that lies beyond its start. */
async function binCounts(
  ctx: Scope,
  found: RawBuilder<unknown>,
  fields: readonly FieldDef[],
  edges: ReadonlyMap<string, readonly number[]>,
): Promise<ReadonlyMap<string, number>> {
  const parts = fields.flatMap((field) => {
    const starts = edges.get(field.code)?.slice(0, -1) ?? []
    if (starts.length === 0) return []
    return [
      sql`select ${field.code}::text as field, width_bucket(value, ${starts}::float8[]) as bin, count(*)::int as count
        from (${valuesSql(ctx.workspace, field)}) v group by 2`,
    ]
  })
  if (parts.length === 0) return new Map()
  const { rows } = await sql<{ field: string; bin: number; count: number }>`
    with ${found} ${sql.join(parts, sql` union all `)}`.execute(ctx.pg)
  return new Map(rows.map((row) => [binKey(row.field, row.bin), row.count]))
}

function columnSummary(
  field: string,
  count: number,
  stats: Stats | undefined,
  edges: readonly number[],
  counts: ReadonlyMap<string, number>,
): ColumnSummary {
  const { n = 0, sum = null, min = null, max = null } = stats ?? {}
  const complete = stats && stats.withInterval === stats.n && sum !== null
  return {
    field,
    n,
    unknown: count - n,
    sum,
    median: stats?.quantiles?.[0] ?? null,
    min,
    max,
    sumInterval: complete ? sumInterval(sum, stats.squaresBelow ?? 0, stats.squaresAbove ?? 0) : null,
    bins: edges.slice(0, -1).map((from, i) => ({
      from,
      to: edges[i + 1] ?? from,
      count: counts.get(binKey(field, i + 1)) ?? 0,
    })),
  }
}
