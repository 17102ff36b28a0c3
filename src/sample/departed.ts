import { shuffledIndices } from '../stats/random/shuffle.ts'
import type { Company } from './company.ts'
import { textOf, type SampleFile } from './files.ts'
import { addDays } from './model/calendar.ts'
import type { Cause, Destination } from './model/causes.ts'
import { chance, pick, streamOf } from './model/chance.ts'
import { commentGrammar, departedGrammar, write } from './model/grammar.ts'

/** What an outside firm heard from customers that had left. */
export type DepartedAnswer = Readonly<{
  id: string
  account: string
  comment: string
  reason: Cause
  wentTo: Destination
  answeredAt: string
}>

/** How many departed customers the firm called, and what share of them answered. */
export const departedSample = { called: 300, answers: 0.78 } as const

/** The answers of a random sample of departures, each one or two months after the customer left. */
export function departedAnswers({ truth }: Company): DepartedAnswer[] {
  const { size } = truth
  const random = streamOf(size.seed, 'departed')
  const latest = addDays(size.endsOn, -60)
  const departures = truth.accounts
    .flatMap(({ id, departures: own }) => own.map((departure, n) => ({ id, n, ...departure })))
    .filter(({ day }) => day < latest)
  const order = shuffledIndices(random, departures.length)
  return [...order.subarray(0, departedSample.called)]
    .flatMap((at) => departures[at] ?? [])
    .filter(() => chance(random, departedSample.answers))
    .map(({ id, n, day, cause, destination }) => ({
      id: `${id}-D${n + 1}`,
      account: id,
      comment: `${write(random, commentGrammar, cause)}. ${write(random, departedGrammar, destination)}.`,
      reason: cause,
      wentTo: destination,
      answeredAt: `${addDays(day, pick(random, [30, 37, 44, 51, 58]))}T15:00:00Z`,
    }))
}

/** Those answers as a file that an import of survey answers takes. */
export const departedFile = (company: Company): SampleFile => ({
  kind: 'surveys',
  fileName: 'Snapfold - departed customers.csv',
  header: ['answer id', 'account id', 'survey', 'survey kind', 'comment', 'cause', 'went to', 'answered at'],
  *rows() {
    for (const answer of departedAnswers(company))
      yield [
        answer.id,
        answer.account,
        'Sample of departed customers',
        'exit',
        answer.comment,
        answer.reason.replaceAll('_', ' '),
        answer.wentTo.replaceAll('_', ' '),
        answer.answeredAt,
      ]
  },
})

export const departedText = (company: Company): string => textOf(departedFile(company))
