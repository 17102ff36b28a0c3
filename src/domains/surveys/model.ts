import type { PromoterScore, SurveyKind } from './schema.ts'

export type Scale = Readonly<{ scaleMin: number; scaleMax: number }>

const usualScales: Readonly<Record<SurveyKind, Scale>> = {
  nps: { scaleMin: 0, scaleMax: 10 },
  csat: { scaleMin: 1, scaleMax: 5 },
  ces: { scaleMin: 1, scaleMax: 7 },
  exit: { scaleMin: 0, scaleMax: 10 },
  other: { scaleMin: 0, scaleMax: 10 },
}

export const usualScale = (kind: SurveyKind): Scale => usualScales[kind]

/** Why this kind cannot have this scale, or null. */
export function refuseScale(kind: SurveyKind, { scaleMin, scaleMax }: Scale): string | null {
  if (scaleMax <= scaleMin) return 'The scale must end above its beginning.'
  if (kind === 'nps' && (scaleMin !== 0 || scaleMax !== 10))
    return 'A promoter survey is asked on a scale from 0 to 10.'
  return null
}

const z95 = 1.959963984540054

/** Normal quantile of a 95 % interval times the standard error, in points. */
const reach = (promoters: number, detractors: number, n: number): number => {
  const score = (promoters - detractors) / n
  return 100 * z95 * Math.sqrt(((promoters + detractors) / n - score ** 2) / n)
}

/**
 * Net promoter score: share of scores 9 and 10 less share of scores 0 to 6, in points, with the adjusted Wald interval
 * at 95 % (three answers added, 3/4 promoters, 3/4 detractors, the rest passive), which holds for few answers too and
 * is clipped to -100 .. 100. Null without a score: unknown is not zero.
 * Source: Rocks (2016), "Interval estimation for the net promoter score", The American Statistician 70(4).
 */
export function promoterScore(scores: readonly { score: number; n: number }[]): PromoterScore | null {
  const count = (belongs: (score: number) => boolean) =>
    scores.filter(({ score }) => belongs(score)).reduce((sum, { n }) => sum + n, 0)
  const promoters = count((score) => score >= 9)
  const passives = count((score) => score >= 7 && score < 9)
  const detractors = count((score) => score < 7)
  const n = promoters + passives + detractors
  if (n === 0) return null
  const centre = (100 * (promoters - detractors)) / (n + 3)
  const half = reach(promoters + 0.75, detractors + 0.75, n + 3)
  return {
    promoters,
    passives,
    detractors,
    value: (100 * (promoters - detractors)) / n,
    low: Math.max(-100, centre - half),
    high: Math.min(100, centre + half),
  }
}

/** Mean of counted scores, or null when there is none. */
export function meanScore(scores: readonly { score: number; n: number }[]): number | null {
  const n = scores.reduce((sum, row) => sum + row.n, 0)
  return n === 0 ? null : scores.reduce((sum, row) => sum + row.score * row.n, 0) / n
}

const kindWords: readonly (readonly [RegExp, SurveyKind])[] = [
  [/\b(e?nps|promoter|recommend)/i, 'nps'],
  [/\b(csat|satisf)/i, 'csat'],
  [/\b(ces|effort)\b/i, 'ces'],
  [/\b(exit|churn|cancel|offboard)/i, 'exit'],
]
const kindOfScale: Readonly<Record<string, SurveyKind>> = { '0-10': 'nps', '1-5': 'csat', '1-7': 'ces' }

/** Reads "0-10", "1 to 5" or "5" (which begins at 1; 10 and 100 begin at 0); null when it is no scale. */
export function readScale(text: string): Scale | null {
  const numbers = text.match(/\d+(\.\d+)?/g)?.map(Number) ?? []
  const [first, second] = numbers
  if (first === undefined || numbers.length > 2) return null
  const scale =
    second === undefined
      ? { scaleMin: first === 10 || first === 100 ? 0 : 1, scaleMax: first }
      : { scaleMin: first, scaleMax: second }
  return scale.scaleMax > scale.scaleMin ? scale : null
}

/**
 * What kind of survey this is: what its words say (a kind, else its name), else what its scale suggests (0-10 nps,
 * 1-5 csat, 1-7 ces), else "other": a guess that nothing supports would be counted as a promoter score.
 */
export function guessKind(words: readonly (string | null)[], scale: Scale | null): SurveyKind {
  for (const word of words) {
    const found = word && kindWords.find(([pattern]) => pattern.test(word))
    if (found) return found[1]
  }
  return (scale && kindOfScale[`${scale.scaleMin}-${scale.scaleMax}`]) ?? 'other'
}
