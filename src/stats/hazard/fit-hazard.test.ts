import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { telcoCustomers } from '../../../test/stats/telco.ts'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { contributions } from './contributions.ts'
import { fitHazard, type HazardRows } from './fit-hazard.ts'
import type { HazardModel } from './hazard-model.ts'
import { predictHazard, predictLinear } from './predict-hazard.ts'
import type { LinearTerm, Term } from './term.ts'

// Fits share the machine with whatever else runs.
vi.setConfig({ testTimeout: 60_000 })

const telco = telcoCustomers()
const slope = (column: string, more: Partial<LinearTerm> = {}): LinearTerm => ({
  kind: 'linear',
  column,
  ridge: false,
  ...more,
})
const variance = (model: HazardModel, place: number) =>
  model.covariance[place * (model.coefficients.length + 1)]!

/** Intercept at nought of all slopes, as glm has it. */
const originOf = (model: HazardModel) =>
  model.terms.reduce(
    (sum, { shape, first }) => sum - model.coefficients[first]! * shape.centre[0]!,
    model.coefficients[0]!,
  )

describe('slopes without penalty are those of a generalised linear model', () => {
  const terms = [slope('tenure'), slope('MonthlyCharges'), slope('SeniorCitizen')]
  it.each([
    // R: glm(y ~ tenure + MonthlyCharges + SeniorCitizen, binomial("cloglog")), epsilon 1e-14
    {
      link: 'cloglog',
      coefficients: [-1.810906931088, -0.0450069988074, 0.02476116323, 0.4376141839173],
      errors: [0.00134119782271, 0.00103674271927, 0.05722274992897],
      logLikelihood: -3167.78500913,
    },
    // R: the same with binomial("logit")
    {
      link: 'logit',
      coefficients: [-1.7926682876023, -0.0549198260271, 0.0310983527942, 0.633336462918],
      errors: [0.00170086312012, 0.00131835313541, 0.07948597104751],
      logLikelihood: -3165.67286018,
    },
  ] as const)('$link', async ({ link, coefficients, errors, logLikelihood }) => {
    const model = await fitHazard(telco, terms, { link, maxBins: 8000 })
    ;[originOf(model), ...model.coefficients.slice(1)].forEach((value, k) =>
      expectNear(value, coefficients[k]!, 1e-7),
    )
    errors.forEach((error, k) => expectNear(Math.sqrt(variance(model, k + 1)), error, 1e-6))
    expectNear(model.logLikelihood, logLikelihood, 1e-11)
    expect(model.edf).toBeCloseTo(4, 9)
  })
})

describe('curves are those of mgcv with P-splines and restricted likelihood', () => {
  const widened = (low: number, high: number) =>
    [low - 0.001 * (high - low), high + 0.001 * (high - low)] as const
  const terms: Term[] = [
    { kind: 'smooth', column: 'tenure', range: widened(0, 72) },
    { kind: 'smooth', column: 'MonthlyCharges', range: widened(18.25, 118.75) },
    slope('SeniorCitizen'),
    slope('monthToMonth'),
  ]
  const asked = {
    tenure: [1, 12, 40, 70],
    MonthlyCharges: [25, 70, 90, 110],
    SeniorCitizen: [0, 1, 0, 0],
    monthToMonth: [1, 1, 0, 0],
  }

  it.each([
    // R: bam(y ~ s(tenure, bs="ps", k=10, m=c(2,2)) + s(MonthlyCharges, bs="ps", k=10, m=c(2,2)) + SeniorCitizen + mm,
    //    family=binomial("cloglog")), and gam of the same with method="REML"
    {
      link: 'cloglog',
      edf: [7.6767279193, 6.49228339017],
      bam: [0.4414202071632, 0.4533812033929, 0.1295397132381, 0.0764687650832],
      gam: [0.4417780531993, 0.4538751823376, 0.1294803141241, 0.0765670901412],
    },
    // R: the same with binomial("logit")
    {
      link: 'logit',
      edf: [5.97452274538, 6.46589587092],
      bam: [0.4459157937754, 0.4457245098475, 0.1326913450018, 0.0773538965186],
      gam: [0.4464088075929, 0.4457636630388, 0.1328081349883, 0.0773438409581],
    },
  ] as const)('$link', async ({ link, edf, bam, gam }) => {
    const model = await fitHazard(telco, terms, { link, maxBins: 8000 })
    const chances = predictHazard(model, asked)
    bam.forEach((chance, k) => expect(Math.abs(chances[k]! - chance)).toBeLessThan(3e-5))
    gam.forEach((chance, k) => expect(Math.abs(chances[k]! - chance)).toBeLessThan(1e-3))
    edf.forEach((value, k) => expect(Math.abs(model.terms[k]!.edf - value)).toBeLessThan(2e-3))
    // Bins cost less than the choice between the two programs.
    const binned = await fitHazard(telco, terms, { link, maxBins: 256 })
    predictHazard(binned, asked).forEach((chance, k) =>
      expect(Math.abs(chance - chances[k]!)).toBeLessThan(4e-4),
    )
  })

  it('have the restricted likelihood of mgcv', async () => {
    const model = await fitHazard(telco, terms, { link: 'logit', maxBins: 8000 })
    const deviation = (column: ArrayLike<number>) => {
      const share = Array.from(column).reduce((sum, value) => sum + value, 0) / column.length
      return Math.sqrt(share * (1 - share))
    }
    const { SeniorCitizen, monthToMonth } = telco.columns
    // R: -gam(..., method="REML")$gcv.ubre; here slopes are per standard deviation, which shifts it by a constant.
    const shift = Math.log(deviation(SeniorCitizen!) * deviation(monthToMonth!))
    expect(Math.abs(model.remlScore - shift + 3016.72347538)).toBeLessThan(5e-3)
  })

  it('have the standard errors of their terms', async () => {
    const model = await fitHazard(telco, terms, { link: 'logit', maxBins: 8000 })
    const [tenure, charges] = contributions(model, {
      tenure: 1,
      MonthlyCharges: 25,
      SeniorCitizen: 0,
      monthToMonth: 1,
    })
    // R: predict(gam(...), type="terms", se.fit=TRUE), the first row
    expectNear(tenure!.value, 1.764989163904, 2e-3)
    expectNear(charges!.value, -0.89541711412, 2e-3)
    expectNear(tenure!.standardError, 0.0872401117586, 3e-3)
    expectNear(charges!.standardError, 0.096423383755, 3e-3)
  })
})

describe('a factor of time alone', () => {
  const stays = Array.from(telco.columns.tenure!, (tenure, row) => ({
    tenure,
    event: telco.events[row]!,
  })).filter(({ tenure }) => tenure > 0)
  const months = stays.flatMap(({ tenure, event }) =>
    Array.from({ length: tenure }, (_, at) => ({ month: at, event: at === tenure - 1 ? event : 0 })),
  )
  const rows: HazardRows = {
    columns: { month: Float64Array.from(months, ({ month }) => month) },
    events: months.map(({ event }) => event),
  }

  it('is the life table, and with it the survival of Kaplan and Meier', async () => {
    const levels = Array.from({ length: 72 }, (_, at) => `month ${at + 1}`)
    const model = await fitHazard(rows, [{ kind: 'factor', column: 'month', levels, ridge: false }])
    const hazards = predictHazard(model, { month: levels.map((_, at) => at) })
    const survival = hazards.reduce<number[]>(
      (chain, hazard) => [...chain, (chain.at(-1) ?? 1) * (1 - hazard)],
      [],
    )
    const counted = levels.map((_, at) => {
      const there = months.filter(({ month }) => month === at)
      return there.filter(({ event }) => event === 1).length / there.length
    })
    counted.forEach((hazard, at) => expectNear(hazards[at]!, hazard, 1e-8, levels[at]))
    // R: summary(survfit(Surv(tenure, y) ~ 1, T[T$tenure > 0, ]), times=c(1, 12, 36, 72))$surv
    const reference = [0.945961319681, 0.843199553816, 0.748545414876, 0.592790152052]
    ;[0, 11, 35, 71].forEach((at, k) => expectNear(survival[at]!, reference[k]!, 1e-9))
  })
})

const random = seededRandom(11)
const size = 400
const drawn = {
  columns: {
    usage: Float64Array.from({ length: size }, () => random()),
    age: Float64Array.from({ length: size }, () => Math.floor(random() * 30)),
    plan: Float64Array.from({ length: size }, () => Math.floor(random() * 3)),
  },
  events: [] as number[],
}
drawn.events = Array.from(drawn.columns.usage, (usage, row) =>
  random() < 0.1 + 0.3 * Math.abs(usage - 0.5) + 0.1 * drawn.columns.plan[row]! ? 1 : 0,
)
const mixed: Term[] = [
  { kind: 'smooth', column: 'usage', basisSize: 8 },
  { kind: 'linear', column: 'age' },
  { kind: 'factor', column: 'plan', levels: ['a', 'b', 'c'] },
]
const asked = { usage: [0.1, 0.5, 0.8], age: [3, 20, 10], plan: [0, 1, 2] }
const expectSame = (one: ArrayLike<number>, other: ArrayLike<number>, tolerance = 1e-7) =>
  Array.from(one).forEach((value, k) => expect(Math.abs(value - other[k]!)).toBeLessThan(tolerance))

describe('what must not matter', () => {
  const pick = (rows: readonly number[]) => ({
    columns: Object.fromEntries(
      Object.entries(drawn.columns).map(([name, column]) => [name, rows.map((row) => column[row]!)]),
    ),
    events: rows.map((row) => drawn.events[row]!),
  })

  it('the order of rows', async () => {
    const given = predictHazard(await fitHazard(drawn, mixed), asked)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...drawn.events.keys()], { minLength: size }), async (order) => {
        expectSame(predictHazard(await fitHazard(pick(order), mixed), asked), given)
      }),
      { numRuns: 3 },
    )
  })

  it('whether a row weighs two or stands twice', async () => {
    const weights = drawn.events.map((_, row) => (row % 3 === 0 ? 2 : row % 3 === 1 ? 1 : 0))
    const repeated = weights.flatMap((weight, row) => Array.from({ length: weight }, () => row))
    const [weighed, copied] = [
      await fitHazard({ ...drawn, weights }, mixed),
      await fitHazard(pick(repeated), mixed),
    ]
    // The same range for both, so that only the weights differ.
    expect(weighed.events).toBeLessThan(copied.events)
    expectSame(predictHazard(weighed, asked), predictHazard(copied, asked), 2e-3)
    const slopes: Term[] = [slope('usage'), slope('age')]
    const exact = [
      await fitHazard({ ...drawn, weights }, slopes, { maxBins: 1000 }),
      await fitHazard(pick(repeated), slopes, { maxBins: 1000 }),
    ] as const
    expectSame(predictHazard(exact[0], asked), predictHazard(exact[1], asked), 1e-9)
  })

  it('the unit of a covariate, the order of terms, and the numbers of levels', async () => {
    const given = predictHazard(await fitHazard(drawn, mixed), asked)
    const scale = (column: ArrayLike<number>) => Array.from(column, (value) => 1000 * value - 7)
    const scaled = {
      ...drawn,
      columns: { ...drawn.columns, usage: scale(drawn.columns.usage), age: scale(drawn.columns.age) },
    }
    const inUnits = await fitHazard(scaled, mixed)
    expectSame(
      predictHazard(inUnits, { ...asked, usage: scale(asked.usage), age: scale(asked.age) }),
      given,
      1e-6,
    )
    expectSame(predictHazard(await fitHazard(drawn, mixed.toReversed()), asked), given, 1e-6)
    const turned = {
      ...drawn,
      columns: { ...drawn.columns, plan: Array.from(drawn.columns.plan, (level) => 2 - level) },
    }
    expectSame(predictHazard(await fitHazard(turned, mixed), { ...asked, plan: [2, 1, 0] }), given, 1e-6)
  })

  it('whether what is known beforehand stands in the offset or in the intercept', async () => {
    const offset = drawn.events.map(() => -1.5)
    const [plain, shifted] = [await fitHazard(drawn, mixed), await fitHazard({ ...drawn, offset }, mixed)]
    expectSame(
      predictLinear(shifted, asked).map((eta) => eta - 1.5),
      predictLinear(plain, asked),
      1e-6,
    )
  })

  it('whether tables of pairs or the basis itself are summed', async () => {
    const many = Array.from({ length: 60 }, () => [...drawn.events.keys()]).flat()
    const rounded = {
      ...drawn,
      columns: { ...drawn.columns, usage: drawn.columns.usage.map((usage) => Math.round(20 * usage) / 20) },
    }
    const weights = drawn.events.map(() => many.length / size)
    const repeated = {
      columns: Object.fromEntries(
        Object.entries(rounded.columns).map(([name, column]) => [name, many.map((row) => column[row]!)]),
      ),
      events: many.map((row) => drawn.events[row]!),
    }
    expectSame(
      predictHazard(await fitHazard(repeated, mixed), asked),
      predictHazard(await fitHazard({ ...rounded, weights }, mixed), asked),
    )
  })
})

describe('priors', () => {
  it('decide where they weigh much, and nothing where they weigh little', async () => {
    const free = await fitHazard(drawn, [slope('usage'), slope('age')])
    const weak = await fitHazard(drawn, [slope('usage', { prior: { mean: 5, sd: 1e5 } }), slope('age')])
    const strong = await fitHazard(drawn, [
      slope('usage', { prior: { mean: -1.25, sd: 1e-5 } }),
      slope('age'),
    ])
    expectNear(weak.coefficients[1]!, free.coefficients[1]!, 1e-6)
    expect(strong.coefficients[1]).toBeCloseTo(-1.25, 6)
    expect([weak, strong].map((model) => model.terms[0]!.priorShare.toFixed(4))).toEqual(['0.0000', '1.0000'])
  })

  it('take off nothing where the slope is as believed', async () => {
    const slack = { ...drawn, events: drawn.events.map(() => 0) }
    const [low, high] = await Promise.all(
      [0.5, 5].map((mean) =>
        fitHazard(slack, [slope('usage', { prior: { mean, sd: 1e-4 } })], {
          intercept: { mean: -9, sd: 1e-3 },
        }),
      ),
    )
    // With so sure a prior the restricted likelihood differs by the likelihood alone.
    expect(high!.remlScore - low!.remlScore).toBeCloseTo(high!.logLikelihood - low!.logLikelihood, 1)
  })

  it('and data meet by their information', async () => {
    const free = await fitHazard(drawn, [slope('usage')])
    const sd = Math.sqrt(variance(free, 1))
    const model = await fitHazard(drawn, [slope('usage', { prior: { mean: free.coefficients[1]! + 1, sd } })])
    expect(model.terms[0]!.priorShare).toBeCloseTo(0.5, 1)
    expectNear(model.coefficients[1]!, free.coefficients[1]! + 0.5, 0.05)
  })

  it('carry a model through months without any event', async () => {
    const none = { ...drawn, events: drawn.events.map(() => 0) }
    const model = await fitHazard(none, [slope('usage', { prior: { mean: -0.7, sd: 0.35 } })], {
      intercept: { mean: -4, sd: 0.4 },
    })
    expect(model.coefficients[0]).toBeLessThan(-4)
    expect(model.interceptPriorShare).toBeGreaterThan(0.3)
    expect(model.coefficients[1]).toBeCloseTo(-0.7, 1)
  })
})

describe('a start far from the data', () => {
  it('still ends where score and prior balance', async () => {
    const events = Array.from({ length: 200 }, () => 1)
    const model = await fitHazard({ columns: {}, events }, [], { intercept: { mean: -4, sd: 0.5 } })
    // 200 rate / (exp(rate) - 1) = (eta + 4) / 0.5^2, rate = exp(eta), by bisection.
    expectNear(model.coefficients[0]!, 1.2657744, 1e-6)
  })

  it('finds no separation in a curve and a pair of ordinary rows', async () => {
    const random = seededRandom(19)
    const normals = () => Array.from({ length: 2000 }, () => drawNormal(random))
    const columns = { usage: normals(), trust: normals() }
    const events = columns.usage.map((usage, row) => {
      const eta = -2 + 0.7 * usage + 0.3 * Math.sin(2 * columns.trust[row]!)
      return random() < -Math.expm1(-Math.exp(eta)) ? 1 : 0
    })
    const model = await fitHazard({ columns, events }, [
      { kind: 'smooth', column: 'usage' },
      { kind: 'smooth', column: 'trust' },
      { kind: 'pair', columns: ['usage', 'trust'] },
    ])
    expect(model.edf).toBeLessThan(12)
  })
})

describe('monotone terms', () => {
  const at = Array.from({ length: 600 }, (_, row) => (row % 60) / 60)
  const chanceAt = (usage: number) => 0.25 + 0.15 * Math.sin(6 * usage)
  const coin = seededRandom(5)
  const rows = { columns: { usage: at }, events: at.map((usage) => (coin() < chanceAt(usage) ? 1 : 0)) }
  const grid = { usage: Array.from({ length: 101 }, (_, k) => k / 100) }
  const largestFall = (values: Float64Array) =>
    Math.max(...values.slice(1).map((value, k) => values[k]! - value))

  it('never turn round, where a free curve does', async () => {
    const curve = { kind: 'smooth', column: 'usage', basisSize: 12 } as const
    expect(largestFall(predictLinear(await fitHazard(rows, [curve]), grid))).toBeGreaterThan(0.01)
    const rising = await fitHazard(rows, [{ ...curve, monotone: 'increasing' }])
    expect(largestFall(predictLinear(rising, grid))).toBeLessThan(1e-5)
    const falling = await fitHazard(rows, [{ ...curve, monotone: 'decreasing' }])
    expect(largestFall(predictLinear(falling, grid).map((eta) => -eta))).toBeLessThan(1e-5)
    expect(rising.logLikelihood).toBeLessThan((await fitHazard(rows, [curve])).logLikelihood)
  })

  it('are free where the data go their way', async () => {
    const up = {
      columns: { usage: at },
      events: at.map((usage, row) => ((row * 7) % 60 < 60 * (0.1 + 0.6 * usage) ? 1 : 0)),
    }
    const free = await fitHazard(up, [slope('usage')])
    const held = await fitHazard(up, [slope('usage', { monotone: 'increasing' })])
    const against = await fitHazard(up, [slope('usage', { monotone: 'decreasing' })])
    expectNear(held.coefficients[1]!, free.coefficients[1]!, 1e-8)
    expect(Math.abs(against.coefficients[1]!)).toBeLessThan(1e-4)
  })
})

describe('missing values', () => {
  const holes = Float64Array.from(drawn.columns.usage, (usage, row) => (row % 5 === 0 ? Number.NaN : usage))
  const rows = { ...drawn, columns: { usage: holes } }

  it.each(['smooth', 'linear'] as const)('have a coefficient of their own in a %s term', async (kind) => {
    const missing = drawn.events.map((_, row) => row % 5 === 0)
    const events = drawn.events.map((event, row) => (missing[row] ? (row % 3 > 0 ? 1 : 0) : event))
    const model = await fitHazard({ ...rows, events }, [{ kind, column: 'usage', missing: 'own level' }])
    const [told] = predictHazard(model, { usage: [Number.NaN] })
    // Two of three, drawn a little towards the others by a prior of sd 1.
    expect(told).toBeGreaterThan(0.62)
    expect(told).toBeLessThan(2 / 3)
    expect(model.terms[0]!.size).toBe(kind === 'smooth' ? 11 : 2)
  })

  it('are a level of a factor', async () => {
    const plan = Float64Array.from(drawn.columns.plan, (level) => (level === 2 ? Number.NaN : level))
    const factor = { kind: 'factor', column: 'plan', ridge: false } as const
    const asLevel = await fitHazard(drawn, [{ ...factor, levels: ['a', 'b', 'c'] }])
    const asMissing = await fitHazard({ ...drawn, columns: { plan } }, [
      { ...factor, levels: ['a', 'b'], missing: 'own level' },
    ])
    expectSame(
      predictHazard(asMissing, { plan: [0, 1, Number.NaN] }),
      predictHazard(asLevel, { plan: [0, 1, 2] }),
    )
  })
})

describe('a large fit', () => {
  it('starts from some of the rows and ends where all of them lead', async () => {
    const many = Array.from({ length: 1600 }, () => [...drawn.events.keys()]).flat()
    const column = (values: ArrayLike<number>) => Float32Array.from(many, (row) => values[row]!)
    const repeated = {
      columns: { age: column(drawn.columns.age), plan: column(drawn.columns.plan) },
      events: Uint8Array.from(many, (row) => drawn.events[row]!),
    }
    const terms: Term[] = [
      slope('age'),
      { kind: 'factor', column: 'plan', levels: ['a', 'b', 'c'], ridge: false },
    ]
    const shares: number[] = []
    const model = await fitHazard(repeated, terms, {}, { onProgress: (share) => shares.push(share) })
    const small = await fitHazard(drawn, terms)
    expectSame(model.coefficients, small.coefficients, 1e-6)
    expectNear(variance(small, 1) / variance(model, 1), 1600, 1e-6)
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const fit = fitHazard(drawn, mixed, {}, { signal: stop.signal })
    stop.abort()
    await expect(fit).rejects.toMatchObject({ code: 'aborted' })
  })
})
