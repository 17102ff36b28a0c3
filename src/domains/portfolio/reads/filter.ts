import { sql, type RawBuilder } from 'kysely'
import type { FieldDef, Node, Test } from '../model.ts'
import type { Part, Sort } from '../schema.ts'

type Sql = RawBuilder<unknown>

/**
 * Left by its stage, or by the verdict that the revenue domain leaves with its reading (see the index reading_left). The
 * subquery names nothing of `a`: so it runs once, and not for every row.
 */
export const left = (
  workspace: string,
): RawBuilder<boolean> => sql<boolean>`(coalesce(a.stage = 'left', false) or a.id in (
  select l.account_id from reading l where l.workspace_id = ${workspace} and l.code = 'revenue.arr'
    and jsonb_typeof(l.detail -> 'left') = 'object'))`

/** Columns of `account a` by the code of their field; nothing else reaches SQL as a name. */
const columns: Readonly<Record<string, Sql>> = {
  name: sql`a.name`,
  domain: sql`a.domain`,
  segment: sql`a.segment`,
  region: sql`a.region`,
  plan: sql`a.plan`,
  stage: sql`a.stage`,
  owner: sql`a.owner_id::text`,
  seats: sql`a.seats`,
  started_on: sql`a.started_on`,
  renews_on: sql`a.renews_on`,
  churn_flag: sql`a.churn_flag`,
  account: sql`a.id`,
}

const number = '^-?[0-9]{1,120}([.][0-9]{1,120})?$'
const day = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'

/** A custom value as its type, or null where what is stored does not read as one. Days stay text: they sort alike. */
function customValue({ key, type }: FieldDef): Sql {
  const text = sql`(a.custom ->> ${key}::text)`
  if (type === 'number') return sql`(case when ${text} ~ ${number} then ${text}::float8 end)`
  if (type === 'day') return sql`(case when ${text} ~ ${day} then ${text} collate "C" end)`
  if (type === 'boolean') return sql`(case ${text} when 'true' then true when 'false' then false end)`
  return text
}

/** Readings that a statement needs, each joined once under a name of ours. */
export class Joins {
  readonly #codes: string[] = []

  constructor(readonly workspace: string) {}

  /** A part of a reading, which the statement then joins. */
  part(code: string, part: Part): Sql {
    const known = this.#codes.indexOf(code)
    const at = known < 0 ? this.#codes.push(code) - 1 : known
    return sql.ref(`r${at}.${part}`)
  }

  /** `account a` with its readings: narrow subqueries, so that an index alone answers them. */
  from(): Sql {
    const joins = this.#codes.map(
      (code, i) => sql`left join (
        select account_id, value, low, high, state from reading where workspace_id = ${this.workspace} and code = ${code}
      ) ${sql.ref(`r${i}`)} on ${sql.ref(`r${i}.account_id`)} = a.id`,
    )
    return sql`account a ${sql.join(joins, sql` `)}`
  }
}

/** The value of a field in SQL; null where it is unknown. */
export function valueOf(field: FieldDef, joins: Joins, part: Part = 'value'): Sql {
  if (field.source === 'custom') return customValue(field)
  if (field.source === 'reading') {
    return joins.part(field.key, part)
  }
  if (field.code === 'left') return left(joins.workspace)
  const column = columns[field.code]
  if (!column) throw new RangeError(`${field.code} has no column`)
  return column
}

type Value = string | number | boolean

/** A value as a parameter of the type that its field has in SQL. */
function cast({ field, part }: Pick<Test, 'field' | 'part'>): (value: Value) => Sql {
  if (part === 'state') return (value) => sql`${value}::text`
  if (field.type === 'number') return (value) => sql`${value}::float8`
  if (field.type === 'boolean') return (value) => sql`${value}::boolean`
  if (field.type === 'account') return (value) => sql`${value}::uuid`
  if (field.type === 'day' && field.source === 'account') return (value) => sql`${value}::date`
  return (value) => sql`${value}::text`
}

const plusDays = (today: string, days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

function within({ field, values }: Test, today: string): readonly [Value, Value] {
  const days = Number(values[0])
  const [from, to] = [Math.min(0, days), Math.max(0, days)]
  return field.type === 'number' ? [from, to] : [plusDays(today, from), plusDays(today, to)]
}

export type FilterScope = Readonly<{ joins: Joins; today: string; userId: string | null }>

function testSql(test: Test, scope: FilterScope): Sql {
  const value = valueOf(test.field, scope.joins, test.part)
  const bind = cast(test)
  const given =
    test.field.code === 'owner'
      ? test.values.map((one) => (one === 'me' ? (scope.userId ?? '') : one))
      : test.values
  const [first = '', second = ''] = given
  switch (test.op) {
    case 'is':
      return sql`${value} = ${bind(first)}`
    case 'is_not':
      return sql`${value} <> ${bind(first)}`
    case 'one_of':
      return sql`${value} in (${sql.join(given.map(bind))})`
    case 'contains':
      return sql`fold_text(${value}) like fold_text(${`%${String(first).replace(/[\\%_]/g, '\\$&')}%`})`
    case 'at_least':
      return sql`${value} >= ${bind(first)}`
    case 'at_most':
      return sql`${value} <= ${bind(first)}`
    case 'between':
      return sql`${value} between ${bind(first)} and ${bind(second)}`
    case 'within_days': {
      const [from, to] = within(test, scope.today)
      return sql`${value} between ${bind(from)} and ${bind(to)}`
    }
    case 'known':
      return sql`${value} is not null`
    case 'unknown':
      return sql`${value} is null`
  }
}

/** A filter as a condition of SQL; everything that a caller wrote is a parameter in it. */
export function nodeSql(node: Node, scope: FilterScope): Sql {
  if (node.kind === 'test') return sql`(${testSql(node, scope)})`
  // Unknown is no match, so what is not a match includes it.
  if (node.kind === 'not') return sql`(not coalesce(${nodeSql(node.node, scope)}, false))`
  if (node.nodes.length === 0) return node.kind === 'all' ? sql`(true)` : sql`(false)`
  const parts = node.nodes.map((one) => nodeSql(one, scope))
  return sql`(${sql.join(parts, node.kind === 'all' ? sql` and ` : sql` or `)})`
}

/** What rows are sorted by: unknown last in both directions, ties by id, so that no page repeats or skips a row. */
export function orderSql(sort: readonly Sort[], fields: ReadonlyMap<string, FieldDef>, joins: Joins): Sql {
  const keys = sort.flatMap(({ field: code, dir }) => {
    const field = fields.get(code)
    if (!field) return []
    const value = sortValue(field, joins)
    return [dir === 'desc' ? sql`${value} desc nulls last` : sql`${value} asc nulls last`]
  })
  return sql.join([...keys, sql`a.id`])
}

function sortValue(field: FieldDef, joins: Joins): Sql {
  if (field.code === 'owner') return sql`(select lower(u.name) from app_user u where u.id = a.owner_id)`
  const value = valueOf(field, joins)
  return field.type === 'text' ? sql`lower(${value})` : value
}
