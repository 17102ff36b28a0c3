import { drawNormal } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import type { Calendar } from './calendar.ts'
import { chance, pick, wholeBetween } from './chance.ts'
import { commentGrammar, write } from './grammar.ts'
import { isLive } from './lifecycle.ts'
import type { Person } from './people.ts'

export type Answer = Readonly<{
  id: string
  account: string
  person: string
  survey: string
  kind: 'nps' | 'csat'
  scale: '0-10' | '1-5'
  score: number
  comment: string
  at: string
}>

const near = (random: Random, middle: number, spread: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, Math.round(middle + spread * drawNormal(random))))

/** Answers follow trust and nothing else, so they tell of renewal only through it. The silent do not answer. */
export function answersOf(
  random: Random,
  account: Account,
  people: readonly Person[],
  calendar: Calendar,
): Answer[] {
  const answers: Answer[] = []
  const asks = [
    { every: 13, survey: 'Recommendation', kind: 'nps', scale: '0-10' },
    { every: 26, survey: 'Satisfaction', kind: 'csat', scale: '1-5' },
  ] as const
  for (const { every, survey, kind, scale } of asks)
    for (let week = every - 4; week < calendar.weeks; week += every) {
      if (!isLive(account, week) || !chance(random, account.traits.silent ? 0.04 : 0.2)) continue
      const trust = account.trustPath.findLast((point) => point.week <= week)?.trust ?? account.anchor
      const isNps = kind === 'nps'
      const score = isNps
        ? near(random, 1 + 10 * trust, 1.5, 0, 10)
        : near(random, 1 + 4.3 * trust, 0.7, 1, 5)
      const share = isNps ? score / 10 : score / 5
      const mood = share >= 0.85 ? 'high' : share >= 0.65 ? 'middle' : 'low'
      answers.push({
        id: `${account.id}-A${answers.length + 1}`,
        account: account.id,
        person: pick(random, people).id,
        survey,
        kind,
        scale,
        score,
        comment: chance(random, 0.5) ? write(random, commentGrammar, mood) : '',
        at: calendar.instant(week, wholeBetween(random, 0, 6), 8 + 10 * random()),
      })
    }
  return answers
}
