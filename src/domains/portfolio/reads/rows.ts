import { sql } from 'kysely'
import { userIdOf, type Ctx } from '../../../platform/context.ts'
import { invalid, notFound } from '../../../platform/errors.ts'
import { resolveAccount } from '../../accounts/reads.ts'
import { sortFaults, type Catalogue } from '../model.ts'
import type { Peek, PortfolioQuery, Row, RowReading, RowsPage, RowsQuery, Sort } from '../schema.ts'
import { readCatalogue, type Scope } from './catalogue.ts'
import { Joins, left, nodeSql, orderSql } from './filter.ts'
import { checkFilter } from './views.ts'

/** `from` and `where` of the customers that a query finds. Further fields join through `joins` before it is written. */
export async function compileQuery(ctx: Scope, catalogue: Catalogue, query: PortfolioQuery) {
  const joins = new Joins(ctx.workspace)
  const node = await checkFilter(ctx, catalogue, query.filter)
  const where = nodeSql(node, { joins, today: catalogue.today, userId: catalogue.userId })
  const pattern = `%${query.find.replace(/[\\%_]/g, '\\$&')}%`
  const found = query.find
    ? sql`and (fold_text(a.name) like fold_text(${pattern}) or a.domain ilike ${pattern})`
    : sql``
  return {
    joins,
    where: sql`a.workspace_id = ${ctx.workspace} and a.merged_into is null ${found} and ${where}`,
  }
}

function demandSortable(sort: readonly Sort[], catalogue: Catalogue): void {
  const faults = sortFaults(sort, catalogue)
  if (faults.length > 0) throw invalid('The sort was not accepted.', faults)
}

const readingsAmong = (columns: readonly string[], catalogue: Catalogue): string[] =>
  columns.flatMap((column) => {
    const field = catalogue.fields.get(column)
    return field?.source === 'reading' ? [field.key] : []
  })

/** One page of customers, with the readings asked for and how many there are in all. */
export async function readRows(ctx: Scope, query: RowsQuery): Promise<RowsPage> {
  const catalogue = await readCatalogue(ctx)
  demandSortable(query.sort, catalogue)
  const { joins, where } = await compileQuery(ctx, catalogue, query)
  const counted = sql<{ total: number }>`
    select count(*)::int as total from ${joins.from()} where ${where}`.execute(ctx.pg)
  const order = orderSql(query.sort, catalogue.fields, joins)
  const [page, { rows: totals }] = await Promise.all([
    sql<{ id: string }>`
      select a.id from ${joins.from()} where ${where}
      order by ${order} limit ${query.limit} offset ${query.offset}`.execute(ctx.pg),
    counted,
  ])
  const ids = page.rows.map((row) => row.id)
  const rows = await rowsOf(ctx, ids, readingsAmong(query.columns, catalogue))
  return { rows, total: totals[0]?.total ?? 0 }
}

type Stored = Omit<RowReading, 'series' | 'usual'> & {
  accountId: string
  code: string
  series: unknown
  usual: unknown
}

const isNumbers = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.every((one) => one === null || typeof one === 'number')

const toReading = ({ state, value, low, high, n, asOf, series, usual }: Stored): RowReading => ({
  state,
  value,
  low,
  high,
  n,
  asOf,
  series: isNumbers(series) ? series : null,
  usual: isNumbers(usual) && usual.length === 2 ? (usual as [number, number]) : null,
})

/** Customers by id in the order of the ids, with their readings of these codes. */
async function rowsOf(ctx: Scope, ids: readonly string[], codes: readonly string[]): Promise<Row[]> {
  if (ids.length === 0) return []
  const [accounts, readings] = await Promise.all([
    sql<Omit<Row, 'owner' | 'readings'> & { ownerId: string | null; ownerName: string | null }>`
      select a.id, a.name, a.domain, a.stage, a.owner_id, u.name as owner_name, a.segment, a.region, a.plan, a.seats,
        a.started_on, a.renews_on, a.churn_flag, ${left(ctx.workspace)} as left, a.custom
      from account a left join app_user u on u.id = a.owner_id
      where a.workspace_id = ${ctx.workspace} and a.id = any(${ids}::uuid[])`.execute(ctx.pg),
    codes.length === 0
      ? { rows: [] }
      : sql<Stored>`
          select account_id, code, state, value, low, high, n, as_of,
            detail -> 'series' as series, detail -> 'usual' as usual
          from reading where workspace_id = ${ctx.workspace} and account_id = any(${ids}::uuid[])
            and code = any(${codes})`.execute(ctx.pg),
  ])
  const readingsOf = new Map<string, Record<string, RowReading>>(ids.map((id) => [id, {}]))
  for (const row of readings.rows) {
    const own = readingsOf.get(row.accountId)
    if (own) own[row.code] = toReading(row)
  }
  const byId = new Map(accounts.rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (!row) return []
    const { ownerId, ownerName, ...account } = row
    const owner = ownerId && ownerName ? { id: ownerId, name: ownerName } : null
    return [{ ...account, owner, readings: readingsOf.get(id) ?? {} }]
  })
}

/** One customer with all readings and what they are made of, for a look without leaving the list. */
export async function readPeek(ctx: Ctx, anyId: string): Promise<Peek> {
  const id = await resolveAccount(ctx, anyId)
  const [catalogue, { rows: stored }, pin] = await Promise.all([
    readCatalogue(ctx),
    sql<{ code: string; contributions: Peek['contributions'][string] }>`
      select code, contributions from reading
      where workspace_id = ${ctx.workspace} and account_id = ${id}`.execute(ctx.pg),
    sql<{ pinned: boolean }>`
      select exists (select from pin p join account a on a.id = p.account_id
        where p.workspace_id = ${ctx.workspace} and p.user_id = ${userIdOf(ctx)} and a.root_id = ${id}
      ) as pinned`.execute(ctx.pg),
  ])
  const [row] = await rowsOf(ctx, [id], readingsAmong([...catalogue.fields.keys()], catalogue))
  if (!row) throw notFound('customer')
  return {
    row,
    contributions: Object.fromEntries(stored.map(({ code, contributions }) => [code, contributions])),
    pinned: pin.rows[0]?.pinned ?? false,
  }
}

const exportBatch = 1_000

/** Every customer that a query finds, in order, in batches: the order is fixed before the first is read. */
export async function* streamRows(
  ctx: Scope,
  catalogue: Catalogue,
  query: PortfolioQuery & Readonly<{ sort: readonly Sort[]; columns: readonly string[] }>,
): AsyncGenerator<Row> {
  const { joins, where } = await compileQuery(ctx, catalogue, query)
  const order = orderSql(query.sort, catalogue.fields, joins)
  const { rows } = await sql<{ id: string }>`
    select a.id from ${joins.from()} where ${where} order by ${order}`.execute(ctx.pg)
  const codes = readingsAmong(query.columns, catalogue)
  for (let at = 0; at < rows.length; at += exportBatch)
    yield* await rowsOf(
      ctx,
      rows.slice(at, at + exportBatch).map((row) => row.id),
      codes,
    )
}

/** Checks what `streamRows` would run, so that a fault is an answer and not a broken file. */
export async function checkExport(
  ctx: Scope,
  query: PortfolioQuery & Readonly<{ sort: readonly Sort[] }>,
): Promise<Catalogue> {
  const catalogue = await readCatalogue(ctx)
  demandSortable(query.sort, catalogue)
  await checkFilter(ctx, catalogue, query.filter)
  return catalogue
}
