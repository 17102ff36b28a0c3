import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { attitudeOf } from './attitude.ts'
import { decisionWeights } from './decision-weights.ts'
import { sensitivityToLossAversion } from './loss-aversion.ts'
import { certaintyEquivalent, feltParts, prospectValue } from './prospect-value.ts'
import { expectedValue, type Prospect } from './prospect.ts'
import { amountOfValue, valueFunction } from './value-function.ts'
import { weightingFunction } from './weighting-function.ts'

type Gamble = {
  outcomes: [number, number][]
  ev: number
  weights: [number, number, number][]
  cpt_value: number
  certainty_equivalent: number
}
type Reference = {
  prospect: {
    w_plus: Record<string, number>
    w_minus: Record<string, number>
    crossover_w_plus: number
    crossover_w_minus: number
    value: Record<string, number>
    gambles: Gamble[]
  }
  decision: {
    save_play: { cpt_do: Gamble; cpt_value_of_loss_frame: { no_action: Gamble; act: Gamble } }
  }
}
const { prospect, decision } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as Reference
const play = decision.save_play
const frames = [play.cpt_do, play.cpt_value_of_loss_frame.no_action, play.cpt_value_of_loss_frame.act]
const gambles = [...prospect.gambles, ...frames]
const prospectOf = (pairs: readonly (readonly [number, number])[]): Prospect =>
  pairs.map(([amount, chance]) => ({ amount, chance }))
const code = (expected: string) => expect.objectContaining({ code: expected })

const prospects = fc
  .array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 50 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((rows) => {
    const total = rows.reduce((sum, [, part]) => sum + part, 0)
    return rows.map(([amount, part]) => ({ amount, chance: part / total }))
  })

describe('value and weighting', () => {
  it.each(Object.entries(prospect.value))('feels %s as the reference', (amount, value) =>
    expectNear(valueFunction(Number(amount)), value, 1e-7),
  )

  it.each(Object.entries(prospect.w_plus))('weighs a chance of %s of a gain', (chance, weight) =>
    expectNear(weightingFunction(Number(chance), 'gain'), weight, 1e-7),
  )

  it.each(Object.entries(prospect.w_minus))('weighs a chance of %s of a loss', (chance, weight) =>
    expectNear(weightingFunction(Number(chance), 'loss'), weight, 1e-7),
  )

  it('leaves chance as it is where the curve crosses it', () => {
    expectNear(weightingFunction(prospect.crossover_w_plus, 'gain'), prospect.crossover_w_plus, 1e-7)
    expectNear(weightingFunction(prospect.crossover_w_minus, 'loss'), prospect.crossover_w_minus, 1e-7)
    const prelec = { weighting: 'prelec', gainCurvature: 0.4 } as const
    expectNear(weightingFunction(1 / Math.E, 'gain', prelec), 1 / Math.E, 1e-14)
  })

  it('rises with the chance, for every curvature that is allowed', () => {
    const chances = fc.double({ min: 0, max: 1, noNaN: true })
    const forms = fc.constantFrom('prelec' as const, 'tversky_kahneman' as const)
    fc.assert(
      fc.property(
        chances,
        chances,
        fc.double({ min: 0.28, max: 4, noNaN: true }),
        forms,
        (p, q, bend, form) => {
          const attitude = { weighting: form, gainCurvature: bend }
          const [low, high] = [Math.min(p, q), Math.max(p, q)].map((c) =>
            weightingFunction(c, 'gain', attitude),
          )
          expect(high! - low!).toBeGreaterThanOrEqual(-1e-12)
          expect(high).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 500 },
    )
    expect(weightingFunction(0, 'loss')).toBe(0)
    expect(weightingFunction(1, 'loss')).toBe(1)
  })

  it('takes a value back to its amount', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (amount) => {
        expect(Math.abs(amountOfValue(valueFunction(amount)) - amount)).toBeLessThanOrEqual(
          1e-12 * Math.abs(amount) + 1e-300,
        )
      }),
    )
  })
})

describe('prospects', () => {
  it.each(gambles.map((gamble) => [JSON.stringify(gamble.outcomes), gamble] as const))(
    '%s is felt as in the reference',
    (_, gamble) => {
      const option = prospectOf(gamble.outcomes)
      expectNear(expectedValue(option), gamble.ev, 1e-12)
      expectNear(prospectValue(option), gamble.cpt_value, 1e-7)
      expectNear(certaintyEquivalent(option), gamble.certainty_equivalent, 1e-7)
      const weights = decisionWeights(option)
      for (const [amount, chance, weight] of gamble.weights) {
        const i = option.findIndex((outcome) => outcome.amount === amount && outcome.chance === chance)
        expectNear(weights[i]!, weight, 1e-7, `${amount}`)
      }
    },
  )

  it('is accepted from 2.74 to 1, not from 2 to 1', () => {
    const bet = (gain: number) => [
      { amount: gain, chance: 0.5 },
      { amount: -100, chance: 0.5 },
    ]
    expect(prospectValue(bet(273.9))).toBeLessThan(0)
    expect(prospectValue(bet(274.1))).toBeGreaterThan(0)
    expect(expectedValue(bet(200))).toBe(50)
  })

  it('does not change when outcomes are split, put in another order, or impossible ones are added', () => {
    fc.assert(
      fc.property(prospects, fc.double({ min: 0, max: 1, noNaN: true }), (option, share) => {
        const [first, ...rest] = option
        const { amount, chance } = first!
        const split = [
          ...rest.toReversed(),
          { amount, chance: chance * (1 - share) },
          { amount: 1e9, chance: 0 },
          { amount, chance: chance * share },
        ]
        const scale = 1 + Math.abs(prospectValue(option))
        expect(Math.abs(prospectValue(split) - prospectValue(option)) / scale).toBeLessThan(1e-9)
      }),
    )
  })

  it('weighs gains alone to 1 in sum, never below 0, and scales with the unit of money', () => {
    fc.assert(
      fc.property(prospects, (option) => {
        const gains = option.map(({ amount, chance }) => ({ amount: Math.abs(amount), chance }))
        const weights = decisionWeights(gains)
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0)
        const cents = option.map(({ amount, chance }) => ({ amount: 100 * amount, chance }))
        const scale = 1 + Math.abs(certaintyEquivalent(option))
        expect(Math.abs(certaintyEquivalent(cents) / 100 - certaintyEquivalent(option)) / scale).toBeLessThan(
          1e-9,
        )
      }),
    )
  })

  it('is the expected value for who feels neither loss nor chance in his own way', () => {
    const plain = { gainPower: 1, lossPower: 1, lossAversion: 1, gainCurvature: 1, lossCurvature: 1 }
    fc.assert(
      fc.property(prospects, (option) => {
        expect(certaintyEquivalent(option, plain)).toBeCloseTo(expectedValue(option), 8)
      }),
    )
  })

  it('falls as loss aversion grows', () => {
    const option = prospectOf([
      [200, 0.2],
      [-80, 0.8],
    ])
    expect(prospectValue(option, { lossAversion: 3 })).toBeLessThan(
      prospectValue(option, { lossAversion: 1 }),
    )
    expect(feltParts(option).losses).toBeGreaterThan(0)
  })
})

describe('sensitivity to loss aversion', () => {
  it('finds where the choice flips, exactly', () => {
    fc.assert(
      fc.property(fc.array(prospects, { minLength: 2, maxLength: 4 }), (options) => {
        const { flips, rows } = sensitivityToLossAversion(options, [1, 2, 3])
        for (const { lossAversion, from, to } of flips) {
          const felt = options.map((option) => prospectValue(option, { lossAversion }))
          const scale = 1e-8 * (1 + Math.max(...felt.map(Math.abs)))
          expect(Math.abs(felt[from]! - felt[to]!)).toBeLessThan(scale)
          expect(felt[to]!).toBeGreaterThanOrEqual(Math.max(...felt) - scale)
        }
        for (const { lossAversion, values, best } of rows) {
          expect(values).toHaveLength(options.length)
          const felt = options.map((option) => prospectValue(option, { lossAversion }))
          felt.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 7))
          expect(values[best]).toBe(Math.max(...values))
        }
        const changes = rows[0]!.best === rows.at(-1)!.best ? 0 : 1
        expect(flips.length).toBeGreaterThanOrEqual(changes)
      }),
    )
  })

  it('tells when expected value and feeling part', () => {
    const acting = prospectOf(play.cpt_do.outcomes)
    const { bestByExpectedValue, rows } = sensitivityToLossAversion(
      [[{ amount: 0, chance: 1 }], acting],
      [1, 2, 4],
    )
    expect(bestByExpectedValue).toBe(1)
    expect(rows[0]!.best).toBe(1)
    expect(rows.at(-1)!.best).toBe(0)
  })

  it('finds no flip between an option and itself', () => {
    const option = prospectOf([[10, 1]])
    expect(sensitivityToLossAversion([option, option]).flips).toEqual([])
  })
})

describe('bad input', () => {
  it('is refused with what to do', () => {
    expect(() => expectedValue(prospectOf([[1, 0.4]]))).toThrow(code('bad_input'))
    expect(() => expectedValue([])).toThrow(code('bad_input'))
    expect(() => prospectValue(prospectOf([[Number.NaN, 1]]))).toThrow(code('bad_input'))
    expect(() =>
      prospectValue(
        prospectOf([
          [1, 1.5],
          [2, -0.5],
        ]),
      ),
    ).toThrow(code('bad_input'))
    expect(() => weightingFunction(1.01, 'gain')).toThrow(code('bad_input'))
    expect(() => valueFunction(Number.POSITIVE_INFINITY)).toThrow(code('bad_input'))
    expect(() => amountOfValue(Number.NaN)).toThrow(code('bad_input'))
    expect(() => attitudeOf({ gainCurvature: 0.2 })).toThrow(code('bad_input'))
    expect(() => attitudeOf({ lossAversion: 0 })).toThrow(code('bad_input'))
    expect(() => attitudeOf({ gainPower: 3 })).toThrow(code('bad_input'))
    const sure = prospectOf([[1, 1]])
    expect(() => sensitivityToLossAversion([sure])).toThrow(code('bad_input'))
    expect(() => sensitivityToLossAversion([sure, sure], [2, 1])).toThrow(code('bad_input'))
    expect(() => sensitivityToLossAversion([sure, sure], [1])).toThrow(code('bad_input'))
  })
})
