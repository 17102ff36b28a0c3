import { sql } from 'kysely'
import { userIdOf } from '../../../platform/context.ts'
import { invalid } from '../../../platform/errors.ts'
import {
  builtInViews,
  mentions,
  resolveFilter,
  riskClass,
  viewsIn,
  type Catalogue,
  type KnownViews,
  type Node,
} from '../model.ts'
import type { Filter, Pin, View } from '../schema.ts'
import { readCatalogue, type Scope } from './catalogue.ts'
import { Joins, nodeSql } from './filter.ts'

/** Views that the caller may use: the built-in ones, shared ones and their own, in their order. */
export async function listViews(ctx: Scope): Promise<View[]> {
  return visibleViews(ctx, await readCatalogue(ctx))
}

async function visibleViews(ctx: Scope, catalogue: Catalogue): Promise<View[]> {
  const me = userIdOf(ctx)
  const saved = await ctx.pg
    .selectFrom('savedView')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .where((where) => where.or([where('shared', '=', true), ...(me ? [where('ownerId', '=', me)] : [])]))
    .orderBy('position')
    .orderBy('id')
    .execute()
  return [
    ...builtInViews(catalogue.fields),
    ...saved.map((row) => ({
      id: row.id,
      name: row.name,
      builtIn: false,
      shared: row.shared,
      mine: me !== null && row.ownerId === me,
      filter: row.filter as Filter,
      sort: row.sort as View['sort'],
      columns: row.columns as string[],
    })),
  ]
}

/** Filters of the views that a filter names, and of those that they name: the first must be visible to the caller. */
async function knownViews(ctx: Scope, catalogue: Catalogue, named: readonly string[]): Promise<KnownViews> {
  if (named.length === 0) return new Map()
  const visible = new Map((await visibleViews(ctx, catalogue)).map((view) => [view.id, view.filter]))
  const allowed = named.filter((id) => visible.has(id))
  const rows = await ctx.pg
    .selectFrom('savedView')
    .select(['id', 'filter'])
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  const all = new Map([...visible, ...rows.map((row) => [row.id, row.filter as Filter] as const)])
  const reached = new Map<string, Filter>()
  const walk = (ids: readonly string[]): void => {
    for (const id of ids) {
      const filter = all.get(id)
      if (!filter || reached.has(id)) continue
      reached.set(id, filter)
      walk(viewsIn(filter))
    }
  }
  walk(allowed)
  return reached
}

/** Checks a filter and completes it: customers that have left stay out unless it asks about them. */
export async function checkFilter(
  ctx: Scope,
  catalogue: Catalogue,
  filter: Filter,
  inside: readonly string[] = [],
): Promise<Node> {
  const found = resolveFilter(filter, catalogue, await knownViews(ctx, catalogue, viewsIn(filter)), inside)
  if ('faults' in found)
    throw invalid('The filter was not accepted. Each fault is listed with its place.', found.faults)
  return withoutLeft(found.node, catalogue)
}

function withoutLeft(node: Node, catalogue: Catalogue): Node {
  const left = catalogue.fields.get('left')
  if (!left || mentions(node, 'left')) return node
  return {
    kind: 'all',
    nodes: [node, { kind: 'test', field: left, part: 'value', op: 'is', values: [false] }],
  }
}

/** How many customers each visible view holds, in one pass over them; a view whose filter broke is left out. */
export async function countViews(ctx: Scope): Promise<{ id: string; count: number }[]> {
  const catalogue = await readCatalogue(ctx)
  const views = await visibleViews(ctx, catalogue)
  const known = await knownViews(
    ctx,
    catalogue,
    views.flatMap((view) => viewsIn(view.filter)),
  )
  const working = views.flatMap((view) => {
    const found = resolveFilter(view.filter, catalogue, known, [view.id])
    return 'node' in found ? [{ id: view.id, node: withoutLeft(found.node, catalogue) }] : []
  })
  const joins = new Joins(ctx.workspace)
  const scope = { joins, today: catalogue.today, userId: catalogue.userId }
  const counts = working.map(
    ({ node }, i) => sql`(count(*) filter (where ${nodeSql(node, scope)}))::int as ${sql.ref(`c${i}`)}`,
  )
  const { rows } = await sql<Record<string, number>>`
    select ${sql.join(counts)} from ${joins.from()}
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null`.execute(ctx.pg)
  return working.map(({ id }, i) => ({ id, count: rows[0]?.[`c${i}`] ?? 0 }))
}

/** The customers that the caller pinned, the first pinned first. */
export async function listPins(ctx: Scope): Promise<Pin[]> {
  const me = userIdOf(ctx)
  if (!me) return []
  const { rows } = await sql<{ id: string; name: string; risk: number | null }>`
    select root.id, root.name, r.value as risk, min(p.pinned_at) as since
    from pin p join account a on a.id = p.account_id join account root on root.id = a.root_id
    left join reading r on r.workspace_id = p.workspace_id and r.account_id = root.id and r.code = 'risk.renewal'
    where p.workspace_id = ${ctx.workspace} and p.user_id = ${me}
    group by root.id, root.name, r.value order by since, root.id limit 100`.execute(ctx.pg)
  return rows.map(({ id, name, risk }) => ({ id, name, risk: riskClass(risk) }))
}
