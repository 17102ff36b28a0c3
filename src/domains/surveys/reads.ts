import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { exact, pageOf, readCursor } from '../../platform/keyset.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { namesOf } from '../people/reads.ts'
import { meanScore, promoterScore } from './model.ts'
import type { Survey, SurveyAnswer, SurveyResult } from './schema.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

async function surveys(ctx: Scope, id: string | null): Promise<Survey[]> {
  const { rows } = await sql<Survey>`
    select s.id, s.name, s.kind, s.scale_min, s.scale_max, count(a.id) as n, max(a.answered_at) as last_answer_at
    from survey s left join survey_answer a on a.survey_id = s.id
    where s.workspace_id = ${ctx.workspace} and (${id}::uuid is null or s.id = ${id})
    group by s.id
    order by last_answer_at desc nulls last, lower(s.name)`.execute(ctx.pg)
  return rows
}

export const listSurveys = (ctx: Scope): Promise<Survey[]> => surveys(ctx, null)

export async function getSurvey(ctx: Scope, id: string): Promise<Survey> {
  const [survey] = await surveys(ctx, id)
  if (!survey) throw notFound('survey')
  return survey
}

/** What a survey found, over all answers or over those in a half-open span of instants. */
export async function surveyResult(
  ctx: Ctx,
  id: string,
  span: { from?: string | undefined; to?: string | undefined } = {},
): Promise<SurveyResult> {
  const survey = await getSurvey(ctx, id)
  const { rows } = await sql<{ score: number | null; n: number }>`
    select score, count(*) as n from survey_answer
    where workspace_id = ${ctx.workspace} and survey_id = ${id}
      and (${span.from ?? null}::timestamptz is null or answered_at >= ${span.from ?? null})
      and (${span.to ?? null}::timestamptz is null or answered_at < ${span.to ?? null})
    group by score order by score`.execute(ctx.pg)
  const distribution = rows.flatMap(({ score, n }) => (score === null ? [] : [{ score, n }]))
  const total = (counted: readonly { n: number }[]) => counted.reduce((sum, { n }) => sum + n, 0)
  const scored = total(distribution)
  return {
    survey,
    asOf: ctx.clock().toISOString(),
    state: scored > 0 ? 'ok' : 'not_enough_data',
    n: total(rows),
    scored,
    mean: meanScore(distribution),
    distribution,
    promoterScore: survey.kind === 'nps' ? promoterScore(distribution) : null,
    responseRate: { state: 'not_enough_data', value: null, missing: ['invitations'] },
  }
}

type AnswerRow = Omit<SurveyAnswer, 'survey' | 'person'> &
  Omit<SurveyAnswer['survey'], 'id'> & { surveyId: string; personId: string | null; exactAt: string }
type Page = { after?: string | undefined; limit: number }

async function answers(
  ctx: Ctx,
  of: ReturnType<typeof sql>,
  page: Page,
): Promise<{ rows: SurveyAnswer[]; next: string | null; n: number }> {
  const after = page.after === undefined ? null : readCursor(page.after)
  const { rows } = await sql<AnswerRow>`
    select a.id, a.account_id, a.person_id, a.answered_at, ${exact(sql`a.answered_at`)} as exact_at, a.score,
      a.comment, s.id as survey_id, s.name, s.kind, s.scale_min, s.scale_max
    from survey_answer a join survey s on s.id = a.survey_id
    where a.workspace_id = ${ctx.workspace} and ${of}
      ${after ? sql`and (a.answered_at, a.id) < (${after.exactAt}::timestamptz, ${after.id}::uuid)` : sql``}
    order by a.answered_at desc, a.id desc
    limit ${page.limit + 1}`.execute(ctx.pg)
  const { rows: counted } = await sql<{ n: number }>`
    select count(*) as n from survey_answer a where a.workspace_id = ${ctx.workspace} and ${of}`.execute(
    ctx.pg,
  )
  const names = await namesOf(
    ctx,
    rows.flatMap((row) => row.personId ?? []),
  )
  const shown = pageOf(rows, page.limit)
  return {
    next: shown.next,
    n: counted[0]?.n ?? 0,
    rows: shown.rows.map(({ surveyId, name, kind, scaleMin, scaleMax, personId, ...row }) => ({
      ...row,
      survey: { id: surveyId, name, kind, scaleMin, scaleMax },
      person: (personId && names.get(personId)) || null,
    })),
  }
}

/** Answers from an account and those merged into it, newest first. */
export async function answersOfAccount(ctx: Ctx, anyAccountId: string, page: Page) {
  const accountId = await resolveAccount(ctx, anyAccountId)
  return answers(
    ctx,
    sql`a.account_id in (select id from account where root_id = ${accountId} and workspace_id = ${ctx.workspace})`,
    page,
  )
}

/** Answers to a survey, newest first. */
export async function answersOfSurvey(ctx: Ctx, surveyId: string, page: Page) {
  await getSurvey(ctx, surveyId)
  return answers(ctx, sql`a.survey_id = ${surveyId}`, page)
}

/** How many answers do not fit on a scale. */
export async function countOffScale(
  ctx: Scope,
  surveyId: string,
  scale: { scaleMin: number; scaleMax: number },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from survey_answer
    where workspace_id = ${ctx.workspace} and survey_id = ${surveyId}
      and (score < ${scale.scaleMin}::numeric or score > ${scale.scaleMax}::numeric)`.execute(ctx.pg)
  return rows[0]?.n ?? 0
}
