import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import * as reads from './reads.ts'
import { AnswerPage, NewAnswer, NewSurvey, PageQuery, Survey, SurveyChange, SurveyResult } from './schema.ts'

const tag = 'Surveys'
const id = z.object({ id: z.uuid() })
const created = z.object({ id: z.uuid() })
const instant = z.iso.datetime({ offset: true })

export const surveyRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/surveys',
    summary: 'Surveys with their number of answers',
    tag,
    access: 'viewer',
    response: z.array(Survey),
    handle: (ctx) => reads.listSurveys(ctx),
  }),
  route({
    method: 'post',
    path: '/surveys',
    summary: 'Create a survey',
    tag,
    access: 'csm',
    body: NewSurvey,
    response: created,
    status: 201,
    handle: (ctx, { body }) => actions.createSurvey(ctx, body),
  }),
  route({
    method: 'patch',
    path: '/surveys/{id}',
    summary: 'Change the name, kind or scale of a survey',
    tag,
    access: 'csm',
    params: id,
    body: SurveyChange,
    handle: (ctx, { params, body }) => actions.updateSurvey(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'get',
    path: '/surveys/{id}/result',
    summary: 'What a survey found, with n and, for promoter surveys, the score and its interval',
    tag,
    access: 'viewer',
    params: id,
    query: z.object({ from: instant.optional(), to: instant.optional() }),
    response: SurveyResult,
    handle: (ctx, { params, query }) => reads.surveyResult(ctx, params.id, query),
  }),
  route({
    method: 'get',
    path: '/surveys/{id}/answers',
    summary: 'Answers to a survey, newest first',
    tag,
    access: 'viewer',
    params: id,
    query: PageQuery,
    response: AnswerPage,
    handle: (ctx, { params, query }) => reads.answersOfSurvey(ctx, params.id, query),
  }),
  route({
    method: 'post',
    path: '/survey-answers',
    summary: 'Record an answer',
    tag,
    access: 'csm',
    body: NewAnswer,
    response: created,
    status: 201,
    handle: (ctx, { body }) => actions.recordAnswer(ctx, body),
  }),
  route({
    method: 'get',
    path: '/accounts/{id}/survey-answers',
    summary: 'Answers from an account, newest first',
    tag,
    access: 'viewer',
    params: id,
    query: PageQuery,
    response: AnswerPage,
    handle: (ctx, { params, query }) => reads.answersOfAccount(ctx, params.id, query),
  }),
]
