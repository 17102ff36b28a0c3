import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { forgetPerson } from '../imports/actions.ts'
import { bring, check, upload } from '../imports/import-world.fixture.ts'
import { getImport, listIssues } from '../imports/reads.ts'
import { createPerson } from '../people/actions/person.ts'
import { createSurvey, recordAnswer, updateSurvey } from './actions.ts'
import { surveyImport } from './import.ts'
import { answersOfAccount, answersOfSurvey, listSurveys, surveyResult } from './reads.ts'

const world = await openTestWorld()

describe('surveys', () => {
  it('show the promoter score with n and interval, and say that the response rate is unknown', async () => {
    const ctx = await world.workspace()
    const { id: surveyId } = await createSurvey(ctx, { name: 'Spring', kind: 'nps' })
    expect(await surveyResult(ctx, surveyId)).toMatchObject({
      state: 'not_enough_data',
      n: 0,
      mean: null,
      promoterScore: null,
    })
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    for (const score of [10, 9, 10, 8, 7, null])
      await recordAnswer(ctx, { surveyId, accountId, score, ...(score === null ? { comment: 'Fine' } : {}) })
    const result = await surveyResult(ctx, surveyId)
    expect(result).toMatchObject({ state: 'ok', n: 6, scored: 5, mean: 8.8 })
    expect(result.promoterScore).toMatchObject({ promoters: 3, passives: 2, detractors: 0, value: 60 })
    expect(result.responseRate).toEqual({ state: 'not_enough_data', value: null, missing: ['invitations'] })
    const later = await surveyResult(ctx, surveyId, { from: '2026-11-03T00:00:00Z' })
    expect(later.n).toBe(0)
  })

  it('list the answers of an account, merged ones too, page by page with who answered', async () => {
    const ctx = await world.workspace()
    const { id: surveyId } = await createSurvey(ctx, { name: 'Spring', kind: 'csat' })
    const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
    const { id: personId } = await createPerson(ctx, { name: 'Dana Ruiz' })
    for (const [accountId, score] of [
      [a.id, 1],
      [b.id, 2],
      [a.id, 3],
    ] as const)
      await recordAnswer(ctx, { surveyId, accountId, personId, score, answeredAt: '2026-10-01T09:00:00Z' })
    await mergeAccount(ctx, { id: a.id, intoId: b.id })
    const first = await answersOfAccount(ctx, b.id, { limit: 2 })
    const second = await answersOfAccount(ctx, b.id, { limit: 2, after: first.next ?? '' })
    expect([...first.rows, ...second.rows].map((row) => row.score)).toEqual([3, 2, 1])
    expect(first.n).toBe(3)
    expect(second.next).toBeNull()
    expect(first.rows[0]?.person).toEqual({ id: personId, name: 'Dana Ruiz' })
    expect((await answersOfSurvey(ctx, surveyId, { limit: 9 })).rows).toHaveLength(3)
  })

  it('announce an answer and mark its account', async () => {
    const ctx = await world.workspace()
    const { id: surveyId } = await createSurvey(ctx, { name: 'Spring', kind: 'nps' })
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    await recordAnswer(ctx, { surveyId, accountId, score: 2 })
    const facts = await ctx.pg
      .selectFrom('fact')
      .selectAll()
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(facts).toMatchObject([{ kind: 'survey.answered', accountId, payload: { score: 2, kind: 'nps' } }])
    const due = await ctx.pg
      .selectFrom('readingDue')
      .select('accountId')
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(due).toEqual([{ accountId }])
  })

  it('refuse what does not fit and lose nothing', async () => {
    const ctx = await world.workspace()
    const { id: surveyId } = await createSurvey(ctx, { name: 'Spring', kind: 'csat' })
    const refused = (path: string) => ({ status: 422, more: { errors: [{ path }] } })
    await expect(recordAnswer(ctx, { surveyId, score: 6 })).rejects.toMatchObject(refused('score'))
    await expect(recordAnswer(ctx, { surveyId })).rejects.toMatchObject(refused('score'))
    await expect(
      recordAnswer(ctx, { surveyId, score: 3, answeredAt: '2027-01-01T00:00:00Z' }),
    ).rejects.toMatchObject(refused('answeredAt'))
    await expect(createSurvey(ctx, { name: 'Spring', kind: 'nps' })).rejects.toMatchObject({ status: 409 })
    await expect(createSurvey(ctx, { name: 'X', kind: 'nps', scaleMax: 5 })).rejects.toMatchObject(
      refused('scaleMax'),
    )
    await expect(answersOfSurvey(ctx, surveyId, { limit: 5, after: 'x' })).rejects.toMatchObject(
      refused('after'),
    )
    await recordAnswer(ctx, { surveyId, score: 4 })
    await expect(updateSurvey(ctx, { id: surveyId, scaleMax: 3 })).rejects.toMatchObject({
      code: 'answers_off_scale',
    })
    await updateSurvey(ctx, { id: surveyId, kind: 'nps', scaleMin: 0, scaleMax: 10 })
    expect((await surveyResult(ctx, surveyId)).promoterScore).toMatchObject({ detractors: 1 })
  })

  it('whose person nobody knows are kept, and the import says so by count and name', async () => {
    const ctx = await world.workspace()
    await createAccount(ctx, { name: 'Harlow' })
    await createPerson(ctx, { name: 'Dana Ruiz', email: 'dana@harlow.test' })
    const rows = [
      'r1,Harlow,dana@harlow.test',
      'r2,Harlow,Nobody@harlow.test',
      'r3,Harlow,nobody@harlow.test',
    ]
    const file = ['response id,account,email,nps,date', ...rows.map((row) => `${row},9,2026-10-01`), ''].join(
      '\n',
    )
    const types = [surveyImport]
    const tried = await check(ctx, types, (await upload(ctx, types, file, { kind: 'surveys' })).id)
    expect(tried.counts).toMatchObject({ new: 3, refused: 0, warnings: 2 })
    const done = await bring(ctx, types, file, { kind: 'surveys' })
    expect(done.counts).toMatchObject({ new: 3, refused: 0, warnings: 2 })
    expect(done.report.unknown).toEqual([{ entity: 'person', externalId: 'nobody@harlow.test', rows: 2 }])
    const { items } = await listIssues(ctx, done.id, 'run', 10)
    expect(items).toMatchObject([
      { severity: 'warning', code: 'unknown_person_left_open', rowNumber: 2 },
      { severity: 'warning', code: 'unknown_person_left_open', rowNumber: 3 },
    ])
    await forgetPerson(ctx, { personIds: [], emails: ['nobody@harlow.test'], names: [], externalIds: [] })
    expect(JSON.stringify(await getImport(ctx, types, done.id))).not.toContain('nobody@harlow.test')
    const waiting = await ctx.pg
      .selectFrom('pendingReference')
      .select('targetExternalId')
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(waiting).toEqual([])
  })

  it('of another workspace are neither seen nor answered', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id } = await createSurvey(theirs, { name: 'Theirs', kind: 'nps' })
    const { id: mine } = await createSurvey(ours, { name: 'Theirs', kind: 'nps' })
    const { id: accountId } = await createAccount(theirs, { name: 'Theirs' })
    const { id: personId } = await createPerson(theirs, { name: 'Theirs' })
    const missing = { status: 404 }
    await expect(surveyResult(ours, id)).rejects.toMatchObject(missing)
    await expect(recordAnswer(ours, { surveyId: id, score: 1 })).rejects.toMatchObject(missing)
    await expect(recordAnswer(ours, { surveyId: mine, accountId, score: 1 })).rejects.toMatchObject(missing)
    await expect(recordAnswer(ours, { surveyId: mine, personId, score: 1 })).rejects.toMatchObject(missing)
    await expect(updateSurvey(ours, { id, name: 'Mine' })).rejects.toMatchObject(missing)
    await expect(answersOfAccount(ours, accountId, { limit: 5 })).rejects.toMatchObject(missing)
    await expect(answersOfSurvey(ours, id, { limit: 5 })).rejects.toMatchObject(missing)
    expect((await listSurveys(ours)).map((survey) => survey.id)).toEqual([mine])
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(createSurvey(viewer, { name: 'X', kind: 'nps' })).rejects.toMatchObject({ status: 403 })
  })
})
