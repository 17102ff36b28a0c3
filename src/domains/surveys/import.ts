import {
  error,
  field,
  textOf,
  type Draft,
  type Fault,
  type ImportRow,
  type ImportType,
  type Reference,
} from '../imports/import-type.ts'
import { guessKind, readScale, usualScale, type Scale } from './model.ts'
import type { SurveyKind } from './schema.ts'

/** A column named after a kind of survey says which kind it is. */
const scoreFields = [
  ['nps_score', 'nps'],
  ['csat_score', 'csat'],
  ['ces_score', 'ces'],
  ['score', null],
] as const

function readScore(row: ImportRow): { score: number | null; column: string; says: SurveyKind | null } {
  for (const [column, says] of scoreFields) {
    const score = row.cells[column]
    if (typeof score === 'number') return { score, column, says }
  }
  return { score: null, column: 'score', says: null }
}

/** The survey that a row belongs to, as far as the row alone can tell. */
function readSurvey(
  row: ImportRow,
  says: SurveyKind | null,
): { name: string; kind: SurveyKind; scale: Scale } {
  const given = textOf(row.cells.scale)
  const scale = given === null ? null : readScale(given)
  const name = textOf(row.cells.survey)
  const kind = guessKind([textOf(row.cells.kind), says, name], scale)
  return { name: name ?? `Imported survey (${kind})`, kind, scale: scale ?? usualScale(kind) }
}

function person(row: ImportRow): Reference | null {
  const externalId = textOf(row.cells.person) ?? textOf(row.cells.email)?.toLowerCase()
  return externalId ? { entity: 'person', externalId, optional: true } : null
}

/** Survey answers, one row each; the surveys themselves follow from their names. */
export const surveyImport: ImportType = {
  kind: 'surveys',
  label: 'Survey answers',
  says: 'One row an answer: which survey, who, the score, the comment, and when.',
  target: 'records',
  asks: ['unknownAccounts', 'timeZone'],
  fields: [
    field('id', 'Answer id', 'text', 'answer id', 'response id', 'id', 'survey response id'),
    field('survey', 'Survey', 'text', 'survey', 'survey name', 'campaign', 'questionnaire'),
    field('kind', 'Kind', 'text', 'survey type', 'survey kind', 'type', 'kind'),
    field('scale', 'Scale (such as 0-10)', 'text', 'scale', 'score scale'),
    field(
      'account',
      'Account id',
      'text',
      'account id',
      'customer id',
      'company id',
      'account',
      'customer',
      'company',
    ),
    field('person', 'Person id', 'text', 'person id', 'contact id', 'user id', 'respondent id', 'respondent'),
    field(
      'email',
      'E-mail',
      'email',
      'email',
      'e mail',
      'email address',
      'respondent email',
      'contact email',
    ),
    field(
      'nps_score',
      'Promoter score (0-10)',
      'decimal',
      'nps',
      'nps score',
      'enps',
      'likelihood to recommend',
      'recommend',
    ),
    field(
      'csat_score',
      'Satisfaction score',
      'decimal',
      'csat',
      'csat score',
      'satisfaction',
      'satisfaction score',
    ),
    field('ces_score', 'Effort score', 'decimal', 'ces', 'ces score', 'effort', 'effort score'),
    field('score', 'Score', 'decimal', 'score', 'rating', 'value', 'answer'),
    field('comment', 'Comment', 'text', 'comment', 'comments', 'feedback', 'verbatim', 'reason', 'text'),
    {
      ...field(
        'answered_at',
        'Answered at',
        'instant',
        'answered at',
        'responded at',
        'response date',
        'submitted at',
        'completed at',
        'date',
        'created at',
      ),
      required: true,
      past: true,
    },
  ],
  map(row) {
    const faults: Fault[] = []
    const { score, column, says } = readScore(row)
    const { name, kind, scale } = readSurvey(row, says)
    const comment = textOf(row.cells.comment)
    const account = textOf(row.cells.account)
    const by = person(row)
    if (textOf(row.cells.scale) !== null && readScale(textOf(row.cells.scale) ?? '') === null)
      faults.push(error('unknown_scale', 'scale', { value: textOf(row.cells.scale) }))
    if (score === null && comment === null) faults.push(error('empty_answer', column))
    if (score !== null && (score < scale.scaleMin || score > scale.scaleMax))
      faults.push(error('score_off_scale', column, { score, ...scale }))
    if (account === null && by === null) faults.push(error('nobody_answered', 'account'))
    if (faults.length > 0) return { drafts: [], faults }
    const answer: Draft = {
      entity: 'survey_answer',
      externalId: textOf(row.cells.id),
      values: { answered_at: textOf(row.cells.answered_at), score, comment },
      refs: {
        survey_id: {
          entity: 'survey',
          externalId: name,
          create: { kind, scale_min: scale.scaleMin, scale_max: scale.scaleMax },
        },
        ...(account === null ? {} : { account_id: { entity: 'account', externalId: account } }),
        ...(by === null ? {} : { person_id: by }),
      },
    }
    return { drafts: [answer], faults }
  },
}
