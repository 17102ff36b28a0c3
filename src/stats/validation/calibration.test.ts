import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { calibrationUpdate, chancesOnLine, plattScaling, recalibratedChances } from './calibration-update.ts'
import { calibrationInTheLarge, calibrationSlope, logOdds } from './calibration.ts'
import { fitLogisticLine } from './logistic-line.ts'
import { expectCode, judged } from './predicted-rows.fixture.ts'

const { events, a, chances } = judged

/** Rows whose log odds are intercept + slope times those that are told. */
function drawnRows(seed: number, rows: number, intercept: number, slope: number) {
  const random = seededRandom(seed)
  const told = Array.from({ length: rows }, () => drawNormal(random) - 1)
  const truth = chancesOnLine(told, { intercept, slope })
  return {
    chances: chancesOnLine(told, { intercept: 0, slope: 1 }),
    events: Array.from(truth, (chance) => (random() < chance ? 1 : 0)),
  }
}

describe('calibration', () => {
  it('agrees with R', () => {
    const { intercept, slope } = calibrationSlope(events, chances)
    // R: glm(y ~ qlogis(p), family = binomial)
    expectNear(intercept.estimate, 0.811972394784812, 1e-10)
    expectNear(intercept.standardError, 0.353325838894991, 1e-8)
    expectNear(slope.estimate, 4.946389929153864, 1e-10)
    expectNear(slope.standardError, 0.905687546378845, 1e-8)
    const fit = fitLogisticLine(events, logOdds(chances))
    expectNear(fit.covariance, 0.216326019975378, 1e-8)
    expectNear(fit.logLikelihood, -46.3165813393425, 1e-12)
    const large = calibrationInTheLarge(events, chances)
    // R: glm(y ~ 1 + offset(qlogis(p)), family = binomial)
    expectNear(large.estimate, -0.313324642822409, 1e-10)
    expectNear(large.standardError, 0.170265542074838, 1e-10)
  })

  it('has its intercept at log odds of 0, wherever the chances lie', () => {
    const base = logOdds(chances)
    const far = base.map((value) => value + 1000)
    const near = fitLogisticLine(events, base)
    const moved = fitLogisticLine(events, far)
    expectNear(moved.slope, near.slope, 1e-9)
    expectNear(moved.intercept, near.intercept - 1000 * near.slope, 1e-9)
    expectNear(moved.slopeVariance, near.slopeVariance, 1e-8)
    expectNear(
      moved.interceptVariance,
      near.interceptVariance - 2000 * near.covariance + 1e6 * near.slopeVariance,
      1e-8,
    )
  })

  it('covers the truth about as often as it says', () => {
    let [slopes, intercepts] = [0, 0]
    for (let round = 0; round < 400; round += 1) {
      const rows = drawnRows(round, 300, -0.3, 0.8)
      const found = calibrationSlope(rows.events, rows.chances)
      if (found.slope.interval[0] <= 0.8 && found.slope.interval[1] >= 0.8) slopes += 1
      if (found.intercept.interval[0] <= -0.3 && found.intercept.interval[1] >= -0.3) intercepts += 1
    }
    for (const covered of [slopes, intercepts]) {
      expect(covered / 400).toBeGreaterThan(0.92)
      expect(covered / 400).toBeLessThan(0.98)
    }
  })

  it('says why there is no line', () => {
    expectCode(() => calibrationSlope([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]), 'separation')
    expectCode(() => calibrationSlope([0, 0, 1, 1], [0.1, 0.5, 0.5, 0.9]), 'separation')
    expectCode(() => calibrationSlope([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]), 'separation')
    expectCode(() => calibrationSlope([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3]), 'no_variation')
    expectCode(() => calibrationSlope([1, 1], [0.3, 0.4]), 'empty_stratum')
    expectCode(() => calibrationInTheLarge([0, 0], [0.3, 0.4]), 'empty_stratum')
    expectCode(() => calibrationSlope([1, 0, 1], [0.3, 0, 0.5]), 'bad_input')
    expect(calibrationInTheLarge([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]).estimate).toBeCloseTo(0, 1)
  })

  it('finds an answer for chances near 0 and 1', () => {
    const extreme = [1e-12, 1e-9, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-9, 1e-12, 1 - 1e-12]
    const found = calibrationSlope([0, 0, 1, 0, 1, 0, 0, 1], extreme)
    expect(found.slope.estimate).toBeGreaterThan(0)
    expect(found.slope.estimate).toBeLessThan(0.5)
  })
})

describe('calibration update', () => {
  it('tests as R does', () => {
    const found = calibrationUpdate(events, chances)
    expect(found.kind).toBe('intercept_and_slope')
    // R: pchisq(2 * (logLik(line) - logLik(now)), 2, lower = FALSE), and against the intercept alone with 1 df
    expectNear(found.anyChange, 4.1593750548e-14, 1e-8)
    expectNear(found.slopeChange, 2.4433398802e-14, 1e-8)
  })

  it('changes what has changed and leaves what has not', () => {
    expect(calibrationUpdate(...rowsOf(drawnRows(5, 4000, 0, 1))).kind).toBe('none')
    expect(calibrationUpdate(...rowsOf(drawnRows(6, 4000, 0.5, 1))).kind).toBe('intercept')
    expect(calibrationUpdate(...rowsOf(drawnRows(7, 4000, 0.2, 0.6))).kind).toBe('intercept_and_slope')
  })

  it('leaves a right model alone about as often as it says', () => {
    let changed = 0
    for (let round = 0; round < 400; round += 1)
      if (calibrationUpdate(...rowsOf(drawnRows(1000 + round, 300, 0, 1))).kind !== 'none') changed += 1
    expect(changed / 400).toBeGreaterThan(0.025)
    expect(changed / 400).toBeLessThan(0.08)
  })

  it('gives chances that are calibrated on the rows it saw', () => {
    const rows = drawnRows(8, 2000, 0.4, 0.5)
    const moved = recalibratedChances(rows.chances, calibrationUpdate(rows.events, rows.chances))
    const { intercept, slope } = calibrationSlope(rows.events, moved)
    expect(intercept.estimate).toBeCloseTo(0, 8)
    expect(slope.estimate).toBeCloseTo(1, 8)
  })
})

const rowsOf = (rows: ReturnType<typeof drawnRows>) => [rows.events, rows.chances] as const

describe('Platt scaling', () => {
  it('agrees with R', () => {
    const line = plattScaling(events, a)
    // R: glm(ifelse(y == 1, 60 / 61, 1 / 143) ~ a, family = quasibinomial)
    expectNear(line.intercept, -7.73542238123389, 1e-9)
    expectNear(line.slope, 16.5277756436006, 1e-9)
  })

  it('stays finite where scores separate, and refuses one group', () => {
    expect(Number.isFinite(plattScaling([0, 0, 1, 1], [1, 2, 8, 9]).slope)).toBe(true)
    expectCode(() => plattScaling([1, 1], [1, 2]), 'empty_stratum')
    expectCode(() => plattScaling([0, 1], [2, 2]), 'no_variation')
  })
})
