import { z } from 'zod'
import { Cursor } from '../../platform/keyset.ts'

export const surveyKinds = ['nps', 'csat', 'ces', 'exit', 'other'] as const
export const SurveyKind = z.enum(surveyKinds)
export type SurveyKind = z.output<typeof SurveyKind>

const Name = z.string().trim().min(1).max(200)

export const Survey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: SurveyKind,
    scaleMin: z.number(),
    scaleMax: z.number(),
    /** Number of answers. */
    n: z.int(),
    lastAnswerAt: z.string().nullable(),
  })
  .meta({ id: 'Survey' })
export type Survey = z.output<typeof Survey>

export const SurveyChange = z.object({
  name: Name.optional(),
  kind: SurveyKind.optional(),
  scaleMin: z.number().optional(),
  scaleMax: z.number().optional(),
})
/** Without a scale, the usual one of the kind. */
export const NewSurvey = SurveyChange.extend({ name: Name, kind: SurveyKind })

export const NewAnswer = z
  .object({
    surveyId: z.uuid(),
    accountId: z.uuid().nullable().default(null),
    personId: z.uuid().nullable().default(null),
    /** Now, unless said. */
    answeredAt: z.iso.datetime({ offset: true }).optional(),
    score: z.number().nullable().default(null),
    comment: z.string().trim().min(1).max(20_000).nullable().default(null),
  })
  .refine((answer) => answer.score !== null || answer.comment !== null, {
    path: ['score'],
    message: 'Give a score or a comment.',
  })

export const SurveyAnswer = z
  .object({
    id: z.uuid(),
    survey: z.object({
      id: z.uuid(),
      name: z.string(),
      kind: SurveyKind,
      scaleMin: z.number(),
      scaleMax: z.number(),
    }),
    accountId: z.uuid().nullable(),
    person: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
    answeredAt: z.string(),
    score: z.number().nullable(),
    comment: z.string().nullable(),
  })
  .meta({ id: 'SurveyAnswer' })
export type SurveyAnswer = z.output<typeof SurveyAnswer>
/** Newest first; `n` counts all answers, whatever the page. */
export const AnswerPage = z.object({
  rows: z.array(SurveyAnswer),
  next: z.string().nullable(),
  n: z.int(),
})
export const PageQuery = z.object({
  after: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Net promoter score in points, from -100 to 100, with its interval. */
export const PromoterScore = z.object({
  promoters: z.int(),
  passives: z.int(),
  detractors: z.int(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
})
export type PromoterScore = z.output<typeof PromoterScore>

export const SurveyResult = z
  .object({
    survey: Survey,
    asOf: z.string(),
    state: z.enum(['ok', 'not_enough_data']),
    /** Answers, and those of them that have a score. */
    n: z.int(),
    scored: z.int(),
    mean: z.number().nullable(),
    distribution: z.array(z.object({ score: z.number(), n: z.int() })),
    /** Only of surveys of the kind nps. */
    promoterScore: PromoterScore.nullable(),
    /** Unknown while invitations are not on record. */
    responseRate: z.object({
      state: z.literal('not_enough_data'),
      value: z.null(),
      missing: z.array(z.literal('invitations')),
    }),
  })
  .meta({ id: 'SurveyResult' })
export type SurveyResult = z.output<typeof SurveyResult>

/** Fact: somebody answered. Payload: answerId, surveyId, personId, kind, score. */
export const surveyAnswered = 'survey.answered'
