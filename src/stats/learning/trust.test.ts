import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { betaInterval, betaPosterior } from '../shrinkage/beta-binomial.ts'
import { expectNear } from '../near.fixture.ts'
import { drawBeta, drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { learningWeights, trustContributions } from './contributions.ts'
import { decayingBelief } from './decaying-belief.ts'
import { driftedBelief, learnLevel, levelBand, steadyGain } from './kalman.ts'
import { expectile, longRunTrust } from './long-run-trust.ts'
import { fadedStrength, trustBand, trustStrength } from './trust-band.ts'
import { learnTrust, trustMove, trustRule, type Experience, type TrustRule } from './trust.ts'

type Triple = [number, number, number]
type Reference = {
  trust: {
    outcomes: number[]
    T0: number
    kappa: number
    bayes_c1: number[]
    closed_form_final: number
    with_floor_and_loss: number[]
    primacy_c07: number[]
    weights_c1: number[]
    weights_c07: number[]
    weights_floor: (number | string)[]
    kalman_Q0_R_over_P_is_kappa: Triple[]
    kalman_Q: Triple[]
    kalman_steady_gain_Q002_R2: number
    beta_decay_a2_4_b1_6_g95: Triple[]
    expectile_uniform: Record<string, number>
    order_effect: Record<
      'bad_first' | 'bad_last' | 'primacy_only_bad_first' | 'primacy_only_bad_last',
      number
    >
  }
}
const { trust: reference } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as Reference
const code = (expected: string) => expect.objectContaining({ code: expected })
const experiences = (outcomes: readonly number[]): Experience[] => outcomes.map((outcome) => ({ outcome }))
const learned = (anchor: number, outcomes: readonly number[], rule: Partial<TrustRule>) =>
  learnTrust(anchor, experiences(outcomes), rule)
const finalTrust = (anchor: number, outcomes: readonly number[], rule: Partial<TrustRule>) =>
  learned(anchor, outcomes, rule).at(-1)!.after
const expectAll = (values: readonly number[], expected: readonly number[], relative = 1e-7) => {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expectNear(value, expected[i]!, relative, `number ${i}`))
}

const plain = { pace: 1, leastRate: 0, lossFactor: 1 }
const share = fc.double({ min: 0, max: 1, noNaN: true })
const outcomeLists = fc.array(share, { minLength: 1, maxLength: 40 })
const rules = fc.record({
  anchorStrength: fc.double({ min: 0.5, max: 20, noNaN: true }),
  pace: fc.double({ min: 0.2, max: 1, noNaN: true }),
  leastRate: fc.double({ min: 0, max: 0.4, noNaN: true }),
  lossFactor: fc.double({ min: 0.5, max: 3, noNaN: true }),
})

describe('trust', () => {
  const { outcomes, T0, kappa } = reference

  it('is learned as in the reference', () => {
    const after = (rule: Partial<TrustRule>) => learned(T0, outcomes, rule).map((move) => move.after)
    expectAll(after({ ...plain, anchorStrength: kappa }), reference.bayes_c1)
    expectAll(after({ pace: 1, leastRate: 0.05, lossFactor: 1.5 }), reference.with_floor_and_loss)
    expectAll(after({ ...plain, pace: 0.7 }), reference.primacy_c07)
    expectNear(finalTrust(T0, outcomes, plain), reference.closed_form_final, 1e-7)
  })

  it('depends on order as in the reference', () => {
    const good = Array.from({ length: 10 }, () => 1)
    const rule = { pace: 0.7, leastRate: 0.03, lossFactor: 1.5 }
    const primacy = { ...plain, pace: 0.7 }
    const { order_effect } = reference
    expectNear(finalTrust(0.6, [0, 0, ...good], rule), order_effect.bad_first, 1e-7)
    expectNear(finalTrust(0.6, [...good, 0, 0], rule), order_effect.bad_last, 1e-7)
    expectNear(finalTrust(0.6, [0, 0, ...good], primacy), order_effect.primacy_only_bad_first, 1e-7)
    expectNear(finalTrust(0.6, [...good, 0, 0], primacy), order_effect.primacy_only_bad_last, 1e-7)
  })

  it('is the posterior mean of a share where nothing is weighed', () => {
    fc.assert(
      fc.property(
        outcomeLists,
        share,
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        (list, anchor, strength) => {
          const sum = list.reduce((total, outcome) => total + outcome, 0)
          const mean = (strength * anchor + sum) / (strength + list.length)
          expect(finalTrust(anchor, list, { ...plain, anchorStrength: strength })).toBeCloseTo(mean, 12)
        },
      ),
    )
  })

  it('stays in [0, 1], and rises and falls towards what was experienced', () => {
    fc.assert(
      fc.property(outcomeLists, share, rules, (list, anchor, rule) => {
        for (const { before, after, error, rate } of learned(anchor, list, rule)) {
          expect(after).toBeGreaterThanOrEqual(0)
          expect(after).toBeLessThanOrEqual(1)
          expect(after).toBe(before + rate * error)
          expect(rate).toBeLessThanOrEqual(0.9)
          expect(Math.sign(after - before) * Math.sign(error)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('takes a disappointment harder than a good surprise of the same size', () => {
    const rule = trustRule()
    const [down, up] = [trustMove(0.5, 3, { outcome: 0.2 }, rule), trustMove(0.5, 3, { outcome: 0.8 }, rule)]
    expectNear(0.5 - down.after, 1.5 * (up.after - 0.5), 1e-12)
  })

  it('weighs kinds of experience, down to not at all', () => {
    const rule = trustRule()
    const once = trustMove(0.5, 1, { outcome: 1 }, rule)
    expectNear(trustMove(0.5, 1, { outcome: 1, weight: 2 }, rule).rate, 2 * once.rate, 1e-12)
    expect(trustMove(0.5, 1, { outcome: 1, weight: 0 }, rule).after).toBe(0.5)
    expect(trustMove(0.5, 1, { outcome: 1, weight: 99 }, rule).rate).toBe(0.9)
  })

  it('is the anchor before any experience', () => expect(learnTrust(0.6, [])).toEqual([]))

  it('refuses what it cannot learn from', () => {
    expect(() => learned(1.1, [1], {})).toThrow(code('bad_input'))
    expect(() => learned(0.5, [1.1], {})).toThrow(code('bad_input'))
    expect(() => learnTrust(0.5, [{ outcome: 1, weight: -1 }])).toThrow(code('bad_input'))
    expect(() => trustMove(0.5, 0, { outcome: 1 }, trustRule())).toThrow(code('bad_input'))
    for (const wrong of [
      { pace: 0 },
      { pace: 6 },
      { anchorStrength: -1 },
      { leastRate: 0.95 },
      { lossFactor: 0 },
    ])
      expect(() => trustRule(wrong)).toThrow(code('bad_input'))
    expect(() => trustRule({ greatestRate: 1 })).toThrow(code('bad_input'))
  })
})

describe('weights and contributions', () => {
  const ratesOf = (n: number, rule: Partial<TrustRule>) =>
    learned(
      0.6,
      Array.from({ length: n }, () => 0.6),
      { ...plain, ...rule },
    ).map((move) => move.rate)
  const all = ({ anchor, experiences: parts }: ReturnType<typeof learningWeights>) => [...parts, anchor]

  it('agree with the reference', () => {
    expectAll(all(learningWeights(ratesOf(10, {}))), reference.weights_c1)
    expectAll(all(learningWeights(ratesOf(10, { pace: 0.7 }))), reference.weights_c07)
    const floor = all(learningWeights(ratesOf(40, { leastRate: 0.05 })))
    const printed = reference.weights_floor.filter((value) => typeof value === 'number')
    expectAll([...floor.slice(0, 3), ...floor.slice(-4)], printed)
  })

  it('add up to trust, under asymmetry as well', () => {
    fc.assert(
      fc.property(outcomeLists, share, rules, (list, anchor, rule) => {
        const moves = learned(anchor, list, rule)
        const rates = moves.map((move) => move.rate)
        const weights = learningWeights(rates)
        expect(all(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
        const parts = trustContributions(anchor, list, rates)
        const sum = parts.experiences.reduce((total, part) => total + part, parts.anchor)
        expect(sum).toBeCloseTo(moves.at(-1)!.after, 13)
      }),
    )
  })

  it('refuse rates that are none', () => {
    expect(() => learningWeights([1.2])).toThrow(code('bad_input'))
    expect(() => trustContributions(0.5, [1], [])).toThrow(code('bad_input'))
    expect(learningWeights([])).toEqual({ anchor: 1, experiences: new Float64Array() })
  })
})

describe('band', () => {
  it('is the beta posterior where trust is its mean', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 30 }), (list) => {
        const moves = learned(0.6, list, { ...plain, anchorStrength: 4 })
        const strength = trustStrength(
          moves.map((move) => move.rate),
          4,
        )
        expectNear(strength, 4 + list.length, 1e-12)
        const events = list.reduce((sum, outcome) => sum + outcome, 0)
        const posterior = betaInterval(betaPosterior({ mean: 0.6, weight: 4 }, events, list.length))
        const band = trustBand(moves.at(-1)!.after, strength)
        expect(band[0]).toBeCloseTo(posterior[0], 9)
        expect(band[1]).toBeCloseTo(posterior[1], 9)
      }),
    )
  })

  it('holds the true share of new accounts about as often as it says', () => {
    const random = seededRandom(12)
    const rounds = 3000
    let covered = 0
    for (let round = 0; round < rounds; round += 1) {
      const truth = drawBeta(random, 2.4, 1.6)
      const list = Array.from({ length: round % 20 }, () => (random() < truth ? 1 : 0))
      const moves = learned(0.6, list, { ...plain, anchorStrength: 4 })
      const rates = moves.map((move) => move.rate)
      const [low, high] = trustBand(moves.at(-1)?.after ?? 0.6, trustStrength(rates, 4))
      if (low <= truth && truth <= high) covered += 1
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('widens in silence, holds trust at its ends, and never leaves [0, 1]', () => {
    const [now, later] = [trustBand(0.7, 12), trustBand(0.7, fadedStrength(12, 120, 0.002))]
    expect(later[0]).toBeLessThan(now[0])
    expect(later[1]).toBeGreaterThan(now[1])
    expect(trustBand(1, 5)[1]).toBe(1)
    expect(trustBand(0, 5)[0]).toBe(0)
    expect(() => trustBand(0.5, 0)).toThrow(code('bad_input'))
    expect(() => trustBand(1.5, 3)).toThrow(code('bad_input'))
    expect(() => trustBand(0.5, 3, 1)).toThrow(code('bad_input'))
    expect(() => trustStrength([0.5], 0)).toThrow(code('bad_input'))
    expect(() => fadedStrength(5, -1, 0.1)).toThrow(code('bad_input'))
  })
})

describe('level that drifts', () => {
  const observations = experiences(reference.outcomes)
  const prior = { mean: 0.6, variance: 0.05 }

  it('agrees with the reference', () => {
    const cases = [
      [0, reference.kalman_Q0_R_over_P_is_kappa],
      [0.002, reference.kalman_Q],
    ] as const
    for (const [drift, expected] of cases) {
      const steps = learnLevel(prior, observations, { observation: 0.2, drift })
      expectAll(
        steps.flatMap(({ mean, gain, variance }) => [mean, gain, variance]),
        expected.flat(),
        2e-7,
      )
    }
    expectNear(steadyGain({ observation: 0.2, drift: 0.002 }), reference.kalman_steady_gain_Q002_R2, 1e-7)
  })

  it('comes to its steady gain', () => {
    const noise = { observation: 0.3, drift: 0.01 }
    const steps = learnLevel(prior, experiences(Array.from({ length: 300 }, () => 0.5)), noise)
    expectNear(steps.at(-1)!.gain, steadyGain(noise), 1e-12)
    expect(steadyGain({ observation: 1, drift: 0 })).toBe(0)
  })

  it('is not changed by how silence is cut', () => {
    const whole = driftedBelief(prior, 30, 0.001)
    const cut = driftedBelief(driftedBelief(prior, 10, 0.001), 20, 0.001)
    expectNear(cut.variance, whole.variance, 1e-12)
    expect(whole.mean).toBe(prior.mean)
    const noise = { observation: 0.2, drift: 0.001 }
    const [late] = learnLevel(prior, [{ outcome: 1, elapsed: 30 }], noise)
    const [soon] = learnLevel(whole, [{ outcome: 1, elapsed: 0 }], noise)
    expect(late).toEqual(soon)
  })

  it('holds the true level about as often as it says, at irregular times', () => {
    const random = seededRandom(3)
    const noise = { observation: 0.02, drift: 0.0005 }
    const rounds = 2000
    let covered = 0
    for (let round = 0; round < rounds; round += 1) {
      let level = 0.5 + 0.05 * drawNormal(random)
      const seen = Array.from({ length: 8 }, () => {
        const elapsed = 6 * random()
        level += Math.sqrt(noise.drift * elapsed) * drawNormal(random)
        return { outcome: level + Math.sqrt(noise.observation) * drawNormal(random), elapsed }
      })
      const [low, high] = levelBand(learnLevel({ mean: 0.5, variance: 0.0025 }, seen, noise).at(-1)!)
      if (low <= level && level <= high) covered += 1
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('refuses noise that is none', () => {
    expect(() => learnLevel(prior, observations, { observation: 0, drift: 0 })).toThrow(code('bad_input'))
    expect(() => learnLevel(prior, [{ outcome: Number.NaN }], { observation: 1, drift: 0 })).toThrow(
      code('bad_input'),
    )
    expect(() => learnLevel(prior, [{ outcome: 1, elapsed: -1 }], { observation: 1, drift: 0 })).toThrow(
      code('bad_input'),
    )
    expect(() => learnLevel({ mean: 0, variance: -1 }, [], { observation: 1, drift: 0 })).toThrow(
      code('bad_input'),
    )
    expect(() => steadyGain({ observation: 1, drift: -1 })).toThrow(code('bad_input'))
    expect(() => levelBand({ mean: 0.5, variance: -1 })).toThrow(code('bad_input'))
  })
})

describe('share whose evidence fades', () => {
  it('agrees with the reference', () => {
    const steps = decayingBelief({ a: 2.4, b: 1.6 }, experiences(reference.outcomes), 0.95)
    expectAll(
      steps.flatMap(({ a, b, mean }) => [a, b, mean]),
      reference.beta_decay_a2_4_b1_6_g95.flat(),
    )
  })

  it('is trust without asymmetry where nothing fades, and returns to the prior in silence', () => {
    const steps = decayingBelief({ a: 2.4, b: 1.6 }, experiences(reference.outcomes), 1)
    expectAll(
      steps.map((step) => step.mean),
      reference.bayes_c1,
    )
    const [, late] = decayingBelief({ a: 2.4, b: 1.6 }, [{ outcome: 0 }, { outcome: 1, elapsed: 1e4 }], 0.95)
    expectNear(late!.a, 3.4, 1e-12)
    expectNear(late!.b, 1.6, 1e-12)
  })

  it('refuses what is none', () => {
    expect(() => decayingBelief({ a: 0, b: 1 }, [], 1)).toThrow(code('bad_input'))
    expect(() => decayingBelief({ a: 1, b: 1 }, [{ outcome: 2 }], 1)).toThrow(code('bad_input'))
    expect(() => decayingBelief({ a: 1, b: 1 }, [{ outcome: 1, elapsed: -1 }], 1)).toThrow(code('bad_input'))
    expect(() => decayingBelief({ a: 1, b: 1 }, [], 1.1)).toThrow(code('bad_input'))
  })
})

describe('long run', () => {
  const even = Float64Array.from({ length: 100_000 }, (_, i) => (i + 0.5) / 100_000)

  it('of even outcomes agrees with the reference', () => {
    expectNear(longRunTrust(even, 1.5), reference.expectile_uniform['lam1.5']!, 1e-7)
    expectNear(longRunTrust(even, 2.25), reference.expectile_uniform['lam2.25']!, 1e-7)
    expectNear(longRunTrust(even, 1), 0.5, 1e-12)
  })

  it('is where trust ends that learns slowly', () => {
    const random = seededRandom(8)
    const outcomes = Array.from({ length: 60_000 }, () => drawBeta(random, 3, 1.5))
    const rule = { pace: 0.2, leastRate: 0.002, lossFactor: 2 }
    const moves = learned(0.5, outcomes, rule).slice(10_000)
    const mean = moves.reduce((sum, move) => sum + move.after, 0) / moves.length
    expect(mean).toBeCloseTo(longRunTrust(outcomes, 2), 2)
  })

  it('balances what lies above and below', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (values, part) => {
          const found = expectile(values, part)
          const above = values.reduce((sum, value) => sum + Math.max(0, value - found), 0)
          const below = values.reduce((sum, value) => sum + Math.max(0, found - value), 0)
          expect(part * above - (1 - part) * below).toBeCloseTo(0, 9)
          const mirrored = expectile(
            values.map((value) => -value),
            1 - part,
          )
          expect(mirrored).toBeCloseTo(-found, 9)
        },
      ),
    )
  })

  it('is none of nothing', () => {
    expect(() => expectile([], 0.5)).toThrow(code('not_enough_data'))
    expect(() => expectile([1], 1)).toThrow(code('bad_input'))
    expect(() => expectile([Number.NaN, 1], 0.5)).toThrow(code('bad_input'))
    expect(() => longRunTrust([1], 0)).toThrow(code('bad_input'))
    expect(expectile([3, 3], 0.1)).toBe(3)
  })
})

describe('simulated company', () => {
  const read = (name: string) => {
    const file = readFileSync(`test/data/saas-sim/${name}`)
    const text = (name.endsWith('.gz') ? gunzipSync(file) : file).toString('utf8')
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  }

  const grouped = (rows: readonly string[][], keyOf: (row: string[]) => string) => {
    const groups = new Map<string, string[][]>()
    for (const row of rows) {
      const group = groups.get(keyOf(row))
      if (group) group.push(row)
      else groups.set(keyOf(row), [row])
    }
    return groups
  }

  it('has trust that the usual rule recovers', () => {
    const anchors = new Map(read('accounts.csv').map((row) => [row[0]!, Number(row[6])]))
    const inOrder = read('experiences.csv.gz').toSorted((a, b) => (a[2]! + a[0]! < b[2]! + b[0]! ? -1 : 1))
    const byAccount = grouped(inOrder, (row) => row[1]!)
    const found: number[] = []
    const truths: number[] = []
    const months = grouped(read('truth.csv.gz'), (row) => row[0]!)
    for (const [account, rows] of months) {
      const seen = byAccount.get(account) ?? []
      const moves = learnTrust(anchors.get(account)!, experiences(seen.map((row) => Number(row[4]))))
      for (const [, month, , , truth] of rows) {
        const known = seen.filter((row) => row[2]!.slice(0, 7) <= month!).length
        found.push(moves[known - 1]?.after ?? anchors.get(account)!)
        truths.push(Number(truth))
      }
    }
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const [middle, middleTruth] = [mean(found), mean(truths)]
    const product = mean(found.map((value, i) => (value - middle) * (truths[i]! - middleTruth)))
    const spread =
      mean(found.map((value) => (value - middle) ** 2)) * mean(truths.map((v) => (v - middleTruth) ** 2))
    expect(found).toHaveLength(22_692)
    expect(product / Math.sqrt(spread)).toBeGreaterThan(0.98)
    expect(mean(found.map((value, i) => Math.abs(value - truths[i]!)))).toBeLessThan(0.02)
  })
})
