import { sql, type RawBuilder } from 'kysely'
import { dayOf } from '../../platform/clock.ts'
import type { Ctx } from '../../platform/context.ts'
import { workspaceOf } from '../team/reads.ts'
import { dueTasks } from '../work/reads.ts'
import { effectiveRules, rankToday, type Candidate, type Decision } from './model.ts'
import type { Condition, Rule, RuleDefinition, TodayItem, TodayList } from './schema.ts'

const listLimit = 50
/** More than this from one rule is a condition of the business, not a list for a morning. */
const candidatesPerRule = 2_000

export async function listRules(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<Rule[]> {
  const { rows } = await sql<Rule>`
    select distinct on (r.code) r.code, r.version, r.enabled, r.definition, r.created_at as changed_at,
      u.name as changed_by
    from today_rule r left join app_user u on u.id = r.created_by
    where r.workspace_id = ${ctx.workspace} order by r.code, r.version desc`.execute(ctx.pg)
  return effectiveRules(rows)
}

/** One condition as SQL over the reading's row; only ok readings pass. */
function conditionSql(alias: string, { part, op, value }: Condition): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const held =
    part === 'value' ? sql`${column('value')}` : sql`${column('detail')} ->> ${part.slice('detail.'.length)}`
  if (op === 'is')
    return part === 'value'
      ? sql<boolean>`${held} = ${Number(value)}::double precision`
      : sql<boolean>`${held} = ${String(value)}::text`
  const number = part === 'value' ? held : sql`nullif(${held}, '')::double precision`
  return op === 'at_least'
    ? sql<boolean>`${number} >= ${Number(value)}::double precision`
    : sql<boolean>`${number} <= ${Number(value)}::double precision`
}

type Row = Readonly<{
  accountId: string
  accountName: string
  segment: string | null
  ownerId: string | null
  ownerName: string | null
  readingCode: string
  readingValue: number
  readingAsOf: string
  detail: Record<string, unknown>
  evidence: TodayItem['evidence']
  arrCents: number | null
  riskValue: number | null
  riskLow: number | null
  riskHigh: number | null
  stale: boolean
}>

/** Accounts for which every condition of a rule holds, with their money. The first condition gives the reason. */
async function accountsOf(ctx: Ctx, conditions: readonly Condition[]): Promise<Row[]> {
  const codes = [...new Set(conditions.map((condition) => condition.reading))]
  const alias = (code: string) => `r${codes.indexOf(code)}`
  const joins = codes.map(
    (code) => sql`
      join reading ${sql.ref(alias(code))} on ${sql.ref(`${alias(code)}.workspace_id`)} = a.workspace_id
        and ${sql.ref(`${alias(code)}.account_id`)} = a.id and ${sql.ref(`${alias(code)}.code`)} = ${code}
        and ${sql.ref(`${alias(code)}.state`)} <> 'not_enough_data'`,
  )
  const tests = conditions.map((condition) => conditionSql(alias(condition.reading), condition))
  const { rows } = await sql<Row>`
    select a.id as account_id, a.name as account_name, a.segment, a.owner_id, u.name as owner_name,
      r0.code as reading_code, r0.value as reading_value, r0.as_of as reading_as_of, r0.detail, r0.evidence,
      arr.value as arr_cents, risk.value as risk_value, risk.low as risk_low, risk.high as risk_high,
      r0.state = 'stale' as stale
    from account a
    ${sql.join(joins, sql` `)}
    left join app_user u on u.id = a.owner_id
    left join reading arr on arr.workspace_id = a.workspace_id and arr.account_id = a.id and arr.code = 'revenue.arr'
    left join reading risk on risk.workspace_id = a.workspace_id and risk.account_id = a.id
      and risk.code = 'risk.renewal'
    where a.workspace_id = ${ctx.workspace} and a.merged_into is null and a.stage <> 'left'
      and ${sql.join(tests, sql` and `)}
    order by arr.value * risk.value desc nulls last, a.id
    limit ${candidatesPerRule}`.execute(ctx.pg)
  return rows
}

/** What tells this occurrence of a reason from the next one: decisions are about one occurrence. */
function occurrenceOf(row: Row): string {
  if (typeof row.detail.renewsOn === 'string') return row.detail.renewsOn
  const newest = row.evidence[0]
  if (row.readingCode.startsWith('tickets.') && newest?.id) return newest.id
  // Otherwise a week: what was done about a drop need not be said again each day.
  const day = new Date(`${row.readingAsOf.slice(0, 10)}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
  return `week ${day.toISOString().slice(0, 10)}`
}

function readingCandidate(ruleCode: string, row: Row): Candidate {
  return {
    ruleCode,
    account: { id: row.accountId, name: row.accountName, segment: row.segment },
    owner: row.ownerId && row.ownerName ? { id: row.ownerId, name: row.ownerName } : null,
    title: null,
    reason: { code: row.readingCode, params: { ...row.detail, value: row.readingValue, series: undefined } },
    evidence: row.evidence,
    occurrence: occurrenceOf(row),
    asOf: row.readingAsOf,
    stale: row.stale,
    arrCents: row.arrCents,
    risk: row.riskValue === null ? null : { value: row.riskValue, low: row.riskLow, high: row.riskHigh },
    dueOn: null,
  }
}

async function taskCandidates(
  ctx: Ctx,
  ruleCode: string,
  source: Extract<RuleDefinition['source'], { kind: 'tasks' }>,
  today: string,
): Promise<Candidate[]> {
  const until = new Date(`${today}T00:00:00Z`)
  until.setUTCDate(until.getUTCDate() + source.dueWithinDays)
  const tasks = await dueTasks(ctx, { until: until.toISOString().slice(0, 10) })
  return tasks.map((task) => ({
    ruleCode,
    account: task.account && { ...task.account, segment: null },
    owner: task.owner,
    title: task.title,
    reason: { code: 'task.due', params: { dueOn: task.dueOn } },
    evidence: [{ kind: 'task', id: task.id, at: task.createdAt, code: 'task.made', params: {} }],
    occurrence: task.id,
    asOf: ctx.clock().toISOString(),
    stale: false,
    arrCents: null,
    risk: null,
    dueOn: task.dueOn,
  }))
}

async function openDecisions(ctx: Ctx): Promise<Decision[]> {
  const { rows } = await sql<Decision>`
    select distinct on (account_id, rule_code, occurrence)
      account_id, rule_code, occurrence, decision, until_on, assignee_id
    from today_decision where workspace_id = ${ctx.workspace} and undone_at is null
    order by account_id, rule_code, occurrence, decided_at desc`.execute(ctx.pg)
  return rows
}

/** What is worth doing now, ranked, for a person or for the team. */
export async function today(ctx: Ctx, personId: string | null): Promise<TodayList> {
  const now = ctx.clock()
  const [workspace, rules, decisions] = await Promise.all([
    workspaceOf(ctx),
    listRules(ctx),
    openDecisions(ctx),
  ])
  const day = dayOf(now, workspace.timeZone)
  const candidates: Candidate[] = []
  for (const rule of rules) {
    const { source } = rule.definition
    candidates.push(
      ...(source.kind === 'tasks'
        ? await taskCandidates(ctx, rule.code, source, day)
        : (await accountsOf(ctx, source.all)).map((row) => readingCandidate(rule.code, row))),
    )
  }
  return {
    asOf: now.toISOString(),
    currency: workspace.currency,
    ...rankToday({ rules, candidates, decisions, today: day, personId, limit: listLimit }),
  }
}
