import type { RulePart } from '../schema.ts'

type Part = Readonly<{ part: string; kind: RulePart['kind']; options?: readonly string[] }>

const value = (kind: RulePart['kind']): Part => ({ part: 'value', kind })
const ends = (kind: RulePart['kind']): Part[] => [
  { part: 'low', kind },
  { part: 'high', kind },
]
const states: Part = { part: 'state', kind: 'choice', options: ['ok', 'stale', 'not_enough_data'] }
const choice = (name: string, ...options: string[]): Part => ({
  part: `detail.${name}`,
  kind: 'choice',
  options,
})
const fact = (name: string, kind: RulePart['kind']): Part => ({ part: `detail.${name}`, kind })

/** Readings that rules know, with what of them can be tested, the most useful first. */
const known: Readonly<Record<string, readonly Part[]>> = {
  'revenue.renewal': [
    value('days'),
    fact('monthly', 'boolean'),
    choice('from', 'term', 'assumed_term', 'end', 'source'),
  ],
  'revenue.arr': [value('money')],
  'revenue.mrr': [value('money')],
  'risk.renewal': [value('share'), ...ends('share')],
  'usage.trend': [
    value('share'),
    fact('outOfBand', 'boolean'),
    choice('direction', 'down', 'up'),
    ...ends('share'),
  ],
  'usage.last_used': [
    value('days'),
    fact('outOfRhythm', 'boolean'),
    fact('silentDays', 'days'),
    fact('usualGap', 'days'),
    fact('returned', 'boolean'),
  ],
  'usage.weekly_active': [value('share'), ...ends('share')],
  'usage.active_users': [value('count'), fact('shareOfSeats', 'share')],
  'usage.breadth': [value('share')],
  'usage.early_adoption': [value('share'), ...ends('share'), fact('soFar', 'boolean'), fact('of', 'count')],
  'usage.power_users': [value('count')],
  'tickets.open': [value('count'), fact('oldestDays', 'days')],
  'tickets.open_severe': [value('count'), fact('oldestDays', 'days')],
}

const anything: readonly Part[] = [value('number'), ...ends('number')]

/**
 * Readings that are computed from what was so by a day, so that a rule on them can be tried on the past. The risk and
 * power users rest on counts of today, which know what happened since.
 */
const ofThePast = new Set(
  Object.keys(known).filter((code) => code !== 'risk.renewal' && code !== 'usage.power_users'),
)
export const isOfThePast = (code: string): boolean => ofThePast.has(code)

/** What conditions can be about, for the readings that exist here: known ones first, in their order. */
export function partsOf(codes: readonly string[]): RulePart[] {
  const exist = new Set(codes)
  const others = codes.filter((code) => !(code in known))
  return [...Object.keys(known).filter((code) => exist.has(code)), ...others].flatMap((reading) =>
    [...(known[reading] ?? anything), states].map(({ part, kind, options }) => ({
      reading,
      part,
      kind,
      options: [...(options ?? [])],
      past: isOfThePast(reading),
    })),
  )
}
