import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { conflict, invalid } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { resolvePerson } from '../people/reads.ts'
import { refuseScale, usualScale, type Scale } from './model.ts'
import { countOffScale, getSurvey } from './reads.ts'
import { NewAnswer, NewSurvey, surveyAnswered, SurveyChange, type SurveyKind } from './schema.ts'

async function refuseTakenName(tx: Tx, name: string, id: string | null): Promise<void> {
  const other = await tx.pg
    .selectFrom('survey')
    .select('id')
    .where('workspaceId', '=', tx.workspace)
    .where('name', '=', name)
    .executeTakeFirst()
  if (other && other.id !== id) throw conflict('name_taken', `There is a survey "${name}" already.`)
}

function checkScale(kind: SurveyKind, scale: Scale): void {
  const refusal = refuseScale(kind, scale)
  if (refusal) throw invalid(refusal, [{ path: 'scaleMax', message: refusal }])
}

export const createSurvey = action({
  name: 'survey.create',
  role: 'csm',
  scope: 'write',
  input: NewSurvey,
  async run(tx, { name, kind, ...given }) {
    const scale = { ...usualScale(kind), ...given }
    checkScale(kind, scale)
    await refuseTakenName(tx, name, null)
    const id = newId()
    await tx.pg
      .insertInto('survey')
      .values({ id, workspaceId: tx.workspace, name, kind, ...scale })
      .execute()
    tx.audit({ kind: 'survey', id, changes: { name, kind, ...scale } })
    return { id }
  },
})

/** Puts a survey's name, kind or scale right, for example after an import that had to guess. */
export const updateSurvey = action({
  name: 'survey.update',
  role: 'csm',
  scope: 'write',
  input: SurveyChange.extend({ id: z.uuid() }),
  async run(tx, { id, ...change }) {
    const before = await getSurvey(tx, id)
    const next = { ...before, ...change }
    checkScale(next.kind, next)
    if (change.name) await refuseTakenName(tx, change.name, id)
    const off = await countOffScale(tx, id, next)
    if (off > 0)
      throw conflict(
        'answers_off_scale',
        `${off} answers lie outside ${next.scaleMin} to ${next.scaleMax}. Choose a scale that holds them all.`,
      )
    if (Object.keys(change).length > 0)
      await tx.pg
        .updateTable('survey')
        .set(change)
        .where('workspaceId', '=', tx.workspace)
        .where('id', '=', id)
        .execute()
    const was = before as Record<string, unknown>
    tx.audit({
      kind: 'survey',
      id,
      changes: Object.fromEntries(Object.entries(change).map(([key, to]) => [key, { from: was[key], to }])),
    })
  },
})

export const recordAnswer = action({
  name: 'survey.answer',
  role: 'csm',
  scope: 'write',
  input: NewAnswer,
  async run(tx, { surveyId, score, comment, ...input }) {
    const survey = await getSurvey(tx, surveyId)
    if (score !== null && (score < survey.scaleMin || score > survey.scaleMax))
      throw invalid('The score is not on the scale of this survey.', [
        { path: 'score', message: `Use a number from ${survey.scaleMin} to ${survey.scaleMax}.` },
      ])
    const now = tx.clock().toISOString()
    const answeredAt = new Date(input.answeredAt ?? now).toISOString()
    if (answeredAt > now)
      throw invalid('An answer cannot come from the future.', [
        { path: 'answeredAt', message: `It is ${now}.` },
      ])
    const accountId = input.accountId && (await resolveAccount(tx, input.accountId))
    const personId = input.personId && (await resolvePerson(tx, input.personId))
    const id = newId()
    await tx.pg
      .insertInto('surveyAnswer')
      .values({ id, workspaceId: tx.workspace, surveyId, accountId, personId, answeredAt, score, comment })
      .execute()
    if (accountId) await tx.touch([accountId])
    tx.audit({ kind: 'survey_answer', id, changes: { surveyId, accountId, personId, score } })
    await tx.emit({
      kind: surveyAnswered,
      accountId,
      validAt: answeredAt,
      payload: { answerId: id, surveyId, personId, kind: survey.kind, score },
    })
    return { id }
  },
})
