import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { comparePromoterScores } from './compare-promoter-scores.ts'
import { adjustedPromoterScore, countAnswers, promoterScore, type Answers } from './promoter-score.ts'
import { surveyResponse } from './survey-response.ts'
import { promoterScoreSurveySize } from './survey-size.ts'

type Row = Answers & {
  nps: number
  se: number
  wald95: [number, number]
  adj_wald95: [number, number]
}
const { nps, nps_difference } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  nps: Row[]
  nps_difference: { z: number }
}
const code = (expected: string) => expect.objectContaining({ code: expected })
const clip = (points: number) => Math.max(-100, Math.min(100, points))
const counts = fc.nat(300)
const groups = fc
  .record({ promoters: counts, passives: counts, detractors: counts })
  .filter(({ promoters, passives, detractors }) => promoters + passives + detractors > 0)

/** How often the interval holds the true score. */
function coverage(score: typeof promoterScore, answers: number, rounds: number, seed: number): number {
  const random = seededRandom(seed)
  let covered = 0
  for (let round = 0; round < rounds; round += 1) {
    const drawn = { promoters: 0, passives: 0, detractors: 0 }
    for (let i = 0; i < answers; i += 1) {
      const u = random()
      drawn[u < 0.6 ? 'promoters' : u < 0.85 ? 'passives' : 'detractors'] += 1
    }
    const [low, high] = score(drawn).interval
    if (low <= 45 && 45 <= high) covered += 1
  }
  return covered / rounds
}

describe('promoter score', () => {
  it.each(nps.map((row) => [row.nps, row] as const))('of %d agrees with the reference', (_, row) => {
    const wald = promoterScore(row)
    expectNear(wald.score, row.nps, 1e-7)
    expect(wald.standardError).toBeCloseTo(row.se, 6)
    wald.interval.forEach((end, i) => expect(end).toBeCloseTo(clip(row.wald95[i]!), 5))
    const adjusted = adjustedPromoterScore(row)
    expectNear(adjusted.score, row.nps, 1e-7)
    adjusted.interval.forEach((end, i) => expect(end).toBeCloseTo(row.adj_wald95[i]!, 5))
  })

  it('turns round when promoters and detractors change places, and stays between -100 and 100', () => {
    fc.assert(
      fc.property(groups, ({ promoters, passives, detractors }) => {
        for (const score of [promoterScore, adjustedPromoterScore]) {
          const there = score({ promoters, passives, detractors })
          const back = score({ promoters: detractors, passives, detractors: promoters })
          expect(back.score).toBeCloseTo(-there.score, 10)
          expect(back.interval[0]).toBeCloseTo(-there.interval[1], 10)
          expect(there.interval[0]).toBeGreaterThanOrEqual(-100)
          expect(there.interval[1]).toBeLessThanOrEqual(100)
          expect(there.interval[0]).toBeLessThanOrEqual(there.interval[1])
        }
      }),
    )
  })

  it('holds the truth about as often as it says, adjusted for few answers as well', () => {
    const rounds = 4000
    const luck = 4 * Math.sqrt((0.05 * 0.95) / rounds)
    expect(Math.abs(coverage(promoterScore, 200, rounds, 3) - 0.95)).toBeLessThan(luck)
    expect(Math.abs(coverage(adjustedPromoterScore, 200, rounds, 3) - 0.95)).toBeLessThan(luck)
    // A discrete score of 12 answers cannot cover exactly; the plain interval falls clearly short of it.
    expect(Math.abs(coverage(adjustedPromoterScore, 12, rounds, 3) - 0.95)).toBeLessThan(0.03)
    expect(coverage(promoterScore, 12, rounds, 3)).toBeLessThan(
      coverage(adjustedPromoterScore, 12, rounds, 3),
    )
  })

  it('counts ratings by their thirds', () => {
    expect(countAnswers([0, 6, 7, 8, 9, 10, 10])).toEqual({ promoters: 3, passives: 2, detractors: 2 })
    expect(countAnswers([])).toEqual({ promoters: 0, passives: 0, detractors: 0 })
    expect(() => countAnswers([11])).toThrow(code('bad_input'))
    expect(() => countAnswers([7.5])).toThrow(code('bad_input'))
  })

  it('does not exist without answers', () => {
    const none = { promoters: 0, passives: 0, detractors: 0 }
    expect(() => promoterScore(none)).toThrow(code('not_enough_data'))
    expect(() => adjustedPromoterScore(none)).toThrow(code('not_enough_data'))
    expect(() => promoterScore({ ...none, promoters: -1, passives: 4 })).toThrow(code('bad_input'))
    expect(() => promoterScore({ ...none, passives: 4 }, 1)).toThrow(code('bad_input'))
    expect(promoterScore({ ...none, passives: 4 })).toEqual({ score: 0, standardError: 0, interval: [0, 0] })
  })
})

describe('difference of two promoter scores', () => {
  const first = { promoters: 50, passives: 30, detractors: 20 }
  const second = { promoters: 60, passives: 50, detractors: 90 }

  it('agrees with the reference', () => {
    const found = comparePromoterScores(first, second)
    expectNear(found.z, nps_difference.z, 1e-7)
    // R: 2 * pnorm(-z); 45 +- qnorm(.975) * 100 * sqrt(.61 / 100 + .7275 / 200)
    expectNear(found.p, 5.109243392e-6, 1e-9)
    expectNear(found.interval[0], 25.65931613, 1e-9)
    expectNear(found.interval[1], 64.34068387, 1e-9)
  })

  it('changes its sign with the order of the groups, and nothing else', () => {
    fc.assert(
      fc.property(groups, groups, (one, two) => {
        fc.pre(promoterScore(one).standardError + promoterScore(two).standardError > 0)
        const [there, back] = [comparePromoterScores(one, two), comparePromoterScores(two, one)]
        expect(back.z).toBeCloseTo(-there.z, 10)
        expect(back.p).toBe(there.p)
      }),
    )
  })

  it('is none where all answer alike', () => {
    const all = { promoters: 5, passives: 0, detractors: 0 }
    expect(() => comparePromoterScores(all, all)).toThrow(code('no_variation'))
  })
})

describe('survey', () => {
  it('bounds the score of all asked by what the silent might have said', () => {
    fc.assert(
      fc.property(groups, counts, counts, (answers, silentPromoters, silentDetractors) => {
        const answered = answers.promoters + answers.passives + answers.detractors
        const asked = answered + silentPromoters + silentDetractors
        const { scoreOfAllAsked, rate } = surveyResponse(answers, asked)
        const all = promoterScore({
          promoters: answers.promoters + silentPromoters,
          passives: answers.passives,
          detractors: answers.detractors + silentDetractors,
        }).score
        expect(rate).toBe(answered / asked)
        expect(scoreOfAllAsked[0]).toBeLessThanOrEqual(all + 1e-9)
        expect(scoreOfAllAsked[1]).toBeGreaterThanOrEqual(all - 1e-9)
        if (silentPromoters === 0) expect(scoreOfAllAsked[0]).toBeCloseTo(all, 9)
      }),
    )
    expect(() => surveyResponse({ promoters: 5, passives: 0, detractors: 0 }, 4)).toThrow(code('bad_input'))
  })

  it('is as large as its interval asks', () => {
    const size = promoterScoreSurveySize({ promoters: 0.5, detractors: 0.25 }, 4)
    const { interval } = promoterScore({
      promoters: Math.round(size * 0.5),
      passives: Math.round(size * 0.25),
      detractors: Math.round(size * 0.25),
    })
    expect((interval[1] - interval[0]) / 2).toBeCloseTo(4, 1)
    expect(() => promoterScoreSurveySize({ promoters: 0.9, detractors: 0.2 }, 5)).toThrow(code('bad_input'))
    expect(() => promoterScoreSurveySize({ promoters: 1, detractors: 0 }, 5)).toThrow(code('bad_input'))
    expect(() => promoterScoreSurveySize({ promoters: 0.5, detractors: 0.2 }, 0)).toThrow(code('bad_input'))
  })
})
