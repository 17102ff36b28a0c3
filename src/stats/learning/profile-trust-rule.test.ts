import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawBeta, drawNormal } from '../random/draw.ts'
import { seededRandom, type Random } from '../random/seeded-random.ts'
import { profileTrustRule } from './profile-trust-rule.ts'
import { trustAfter, trustPredictionLogLikelihood, type TrustHistory } from './trust-likelihood.ts'
import { learnTrust, trustRule, type TrustRule } from './trust.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const plain = { pace: 1, leastRate: 0, lossFactor: 1 }
const covers = (low: number | null, truth: number, high: number | null) =>
  (low === null || low <= truth) && (high === null || truth <= high)

/** Accounts whose outcomes lie about levels of their own; R / P_0 is 4, so that an anchor worth 4 predicts best. */
function drawnHistories(random: Random, accounts: number, experiences: number): TrustHistory[] {
  return Array.from({ length: accounts }, () => {
    const level = 0.5 + 0.05 * drawNormal(random)
    return {
      anchor: 0.5,
      outcomes: Float64Array.from({ length: experiences }, () => level + 0.1 * drawNormal(random)),
    }
  })
}

/** Renewals of accounts that decide by the trust that `truth` gives; answers their log-likelihood of a rule. */
function drawnRenewals(random: Random, accounts: number, truth: TrustRule) {
  const histories = Array.from({ length: accounts }, (_, i): TrustHistory => {
    const good = drawBeta(random, 4, 3)
    return {
      anchor: 0.6,
      outcomes: Float64Array.from({ length: 4 + (i % 12) }, () => drawBeta(random, 3 * good, 3 * (1 - good))),
    }
  })
  const chance = (history: TrustHistory, rule: TrustRule) =>
    1 / (1 + Math.exp(-12 * (trustAfter(history, rule) - 0.5)))
  const renewed = histories.map((history) => random() < chance(history, truth))
  return (rule: TrustRule) =>
    histories.reduce((sum, history, i) => {
      const p = chance(history, rule)
      return sum + Math.log(renewed[i] ? p : 1 - p)
    }, 0)
}

describe('likelihood of outcomes', () => {
  it('is that of the errors of the moves', () => {
    const outcomes = [1, 0.2, 0.9, 0, 0.4]
    const rule = trustRule({ leastRate: 0.1 })
    const weights = [1, 2, 0.5, 1, 1]
    const moves = learnTrust(
      0.6,
      outcomes.map((outcome, i) => ({ outcome, weight: weights[i]! })),
      rule,
    )
    const variance = moves.reduce((sum, { error }) => sum + error * error, 0) / 5
    const expected = moves.reduce(
      (sum, { error }) => sum - Math.log(2 * Math.PI * variance) / 2 - (error * error) / (2 * variance),
      0,
    )
    const history = { anchor: 0.6, outcomes, weights }
    expectNear(trustPredictionLogLikelihood([history], rule), expected, 1e-12)
    expectNear(trustAfter(history, rule), moves.at(-1)!.after, 1e-14)
  })

  it('says when there is nothing to tell', () => {
    const rule = trustRule()
    expect(() => trustPredictionLogLikelihood([], rule)).toThrow(code('not_enough_data'))
    const sure = { anchor: 0.5, outcomes: [0.5, 0.5] }
    expect(() => trustPredictionLogLikelihood([sure], rule)).toThrow(code('no_variation'))
    expect(() => trustPredictionLogLikelihood([{ ...sure, weights: [1] }], rule)).toThrow(code('bad_input'))
    expect(() => trustAfter({ ...sure, anchor: 2 }, rule)).toThrow(code('bad_input'))
    expect(() => trustAfter({ anchor: 0.5, outcomes: [Number.NaN] }, rule)).toThrow(code('bad_input'))
    expect(() => trustPredictionLogLikelihood([{ anchor: 0.5, outcomes: [Number.NaN] }], rule)).toThrow(
      code('bad_input'),
    )
  })
})

describe('profile of the rule', () => {
  it('finds the top of a known surface and where it falls by half of chi-squared', async () => {
    const { rule, logLikelihood, profiles } = await profileTrustRule(
      ({ anchorStrength, lossFactor, pace }) => {
        const [x, y] = [Math.log(anchorStrength / 6), Math.log(lossFactor / 1.6)]
        return -40 * x * x - 60 * y * y - 50 * x * y - 8 * (pace - 0.7) ** 2
      },
      { free: ['anchorStrength', 'lossFactor', 'pace'] },
    )
    expectNear(rule.anchorStrength, 6, 1e-3)
    expectNear(rule.lossFactor, 1.6, 1e-3)
    expect(logLikelihood).toBeCloseTo(0, 5)
    // The profile in x alone is -(40 - 50^2 / (4 * 60)) x^2.
    const half = Math.sqrt(1.9207294 / (40 - 2500 / 240))
    expectNear(profiles[0]!.low!, 6 * Math.exp(-half), 0.01)
    expectNear(profiles[0]!.high!, 6 * Math.exp(half), 0.01)
    expect(profiles.map(({ verdict }) => verdict)).toEqual(['bounded', 'bounded', 'open_above'])
  })

  it('bears values that the data rule out', async () => {
    const likelihood = ({ lossFactor }: TrustRule) =>
      lossFactor < 1 ? -Infinity : -50 * Math.log(lossFactor / 1.8) ** 2
    const { profiles } = await profileTrustRule(likelihood, { free: ['lossFactor', 'pace'] })
    expect(profiles[0]!.logLikelihoods[0]).toBe(Number.NEGATIVE_INFINITY)
    expect(profiles[0]).toMatchObject({ verdict: 'bounded' })
    expectNear(profiles[0]!.low!, 1.8 * Math.exp(-Math.sqrt(1.9207294 / 50)), 0.01)
  })

  it('says that a parameter is flat of which the data know nothing', async () => {
    const likelihood = ({ lossFactor }: TrustRule) => -50 * Math.log(lossFactor / 1.8) ** 2
    const { profiles } = await profileTrustRule(likelihood, { free: ['lossFactor', 'leastRate'], points: 7 })
    expect(profiles[0]!.verdict).toBe('bounded')
    expect(profiles[1]).toMatchObject({ verdict: 'flat', low: null, high: null })
  })

  it('recovers the strength of the anchor from outcomes, as often as its intervals say', async () => {
    const random = seededRandom(21)
    const rounds = 60
    let covered = 0
    for (let round = 0; round < rounds; round += 1) {
      const histories = drawnHistories(random, 60, 12)
      const { profiles } = await profileTrustRule((rule) => trustPredictionLogLikelihood(histories, rule), {
        free: ['anchorStrength'],
        start: plain,
        points: 9,
      })
      if (covers(profiles[0]!.low, 4, profiles[0]!.high)) covered += 1
    }
    expect(covered / rounds).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('recovers the loss factor from renewals, as often as its intervals say', async () => {
    const random = seededRandom(22)
    const truth = trustRule({ lossFactor: 1.8 })
    const rounds = 40
    let [covered, bounded] = [0, 0]
    for (let round = 0; round < rounds; round += 1) {
      const likelihood = drawnRenewals(random, 500, truth)
      const { profiles } = await profileTrustRule(likelihood, { free: ['lossFactor'], points: 9 })
      const { low, high, verdict } = profiles[0]!
      if (covers(low, 1.8, high)) covered += 1
      if (verdict === 'bounded') bounded += 1
    }
    expect(covered / rounds).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / rounds))
    expect(bounded / rounds).toBeGreaterThan(0.9)
  })

  it('is flat or open with few renewals', async () => {
    const likelihood = drawnRenewals(seededRandom(23), 25, trustRule())
    const { profiles } = await profileTrustRule(likelihood, { points: 5 })
    expect(profiles).toHaveLength(4)
    expect(profiles.filter(({ verdict }) => verdict === 'bounded').length).toBeLessThanOrEqual(1)
  })

  it('can be followed and stopped', async () => {
    const stop = new AbortController()
    const shares: number[] = []
    const onProgress = (share: number) => {
      shares.push(share)
      if (shares.length === 3) stop.abort()
    }
    const running = profileTrustRule(({ pace }) => -pace, { onProgress, signal: stop.signal })
    await expect(running).rejects.toThrow(code('aborted'))
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  })

  it('refuses a start outside its range, and nothing to fit', async () => {
    const likelihood = () => 0
    await expect(profileTrustRule(likelihood, { start: { lossFactor: 9 } })).rejects.toThrow(
      code('bad_input'),
    )
    await expect(profileTrustRule(likelihood, { free: [] })).rejects.toThrow(code('bad_input'))
    await expect(profileTrustRule(likelihood, { points: 2 })).rejects.toThrow(code('bad_input'))
    await expect(profileTrustRule(likelihood, { ranges: { pace: [1, 0.2] } })).rejects.toThrow(
      code('bad_input'),
    )
  })
})
