import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { jsonRows } from '../../platform/db/pg.ts'
import type { Reading } from '../../platform/readings.ts'
import { createAccount } from '../accounts/actions.ts'

const asOf = '2026-11-02T06:00:00.000Z'

/** Stores readings as they are given, in place of those that are there. */
export async function seed(
  ctx: Ctx,
  accountId: string,
  readings: readonly Partial<Reading>[],
): Promise<void> {
  const rows = readings.map((reading) => ({
    state: 'ok',
    value: null,
    low: null,
    high: null,
    asOf,
    evidence: [],
    detail: {},
    ...reading,
    accountId,
  }))
  await sql`
    insert into reading (workspace_id, account_id, code, state, value, low, high, as_of, evidence, detail, computed_at)
    select ${ctx.workspace}::uuid, "accountId", code, state, value, low, high, "asOf", evidence, detail, "asOf"
    from jsonb_to_recordset(${jsonRows(rows)}) as r("accountId" uuid, code text, state text, value double precision,
      low double precision, high double precision, "asOf" timestamptz, evidence jsonb, detail jsonb)
    on conflict (workspace_id, account_id, code) do update set state = excluded.state, value = excluded.value,
      low = excluded.low, high = excluded.high, as_of = excluded.as_of, evidence = excluded.evidence,
      detail = excluded.detail`.execute(ctx.pg)
}

export const money = (arrCents: number | null, risk = 0.34): Partial<Reading>[] => [
  arrCents === null
    ? { code: 'revenue.arr', state: 'not_enough_data' }
    : { code: 'revenue.arr', value: arrCents },
  { code: 'risk.renewal', value: risk, low: risk - 0.1, high: risk + 0.1 },
]

export const renewal = (renewsOn: string, value: number): Partial<Reading> => ({
  code: 'revenue.renewal',
  value,
  detail: { renewsOn, from: 'term', termMonths: 12, monthly: false },
})

export const drop: Partial<Reading> = {
  code: 'usage.trend',
  value: -0.4,
  detail: { outOfBand: true, direction: 'down', series: [1, 2, 3] },
}

export async function customer(
  ctx: Ctx,
  name: string,
  readings: readonly Partial<Reading>[],
  more: object = {},
): Promise<string> {
  const { id } = await createAccount(ctx, { name, ...more })
  await seed(ctx, id, readings)
  return id
}
