import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawBeta, drawExponential, drawGamma } from '../random/draw.ts'
import { seededRandom, type Random } from '../random/seeded-random.ts'
import { expectedFuturePurchases, expectedPurchases, probabilityAlive, type BgNbd } from './bg-nbd.ts'
import { bgNbdLogLikelihood, fitBgNbd } from './fit-bg-nbd.ts'
import type { PurchaseHistory } from './purchase-history.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const { clv } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  clv: { bgnbd_cdnow: { r: number; alpha: number; a: number; b: number; loglik: number; n: number } }
}
const cdnow = readFileSync('test/data/cdnow/cdnow_customers_summary.csv', 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): PurchaseHistory => {
    const [, repeats, lastAge, age] = line.split(',').map(Number)
    return { repeats: repeats!, lastAge: lastAge!, age: age! }
  })
const published = { r: 0.242593, alpha: 4.41353, a: 0.792886, b: 2.42575 }
const positive = fc.double({ min: 0.1, max: 20, noNaN: true })
const models = fc.record({ r: positive, alpha: positive, a: positive, b: positive })

/** Purchases of one customer up to `age`, and how many more are made up to `end`. */
function drawnCustomer(random: Random, { r, alpha, a, b }: BgNbd, age: number, end: number) {
  const rate = drawGamma(random, r, alpha)
  const churn = drawBeta(random, a, b)
  let [time, repeats, lastAge, later] = [0, 0, 0, 0]
  for (;;) {
    time += drawExponential(random, Math.max(rate, 1e-300))
    if (time > end) break
    if (time <= age) [repeats, lastAge] = [repeats + 1, time]
    else later += 1
    if (random() < churn) break
  }
  return { history: { repeats, lastAge, age }, later }
}

describe('BG/NBD', () => {
  it('fits CDNOW as published', () => {
    const reference = clv.bgnbd_cdnow
    const { model, logLikelihood, standardErrors } = fitBgNbd(cdnow)
    expect(cdnow).toHaveLength(reference.n)
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expectNear(model[name], reference[name], 1e-5, name)
    expectNear(logLikelihood, reference.loglik, 1e-8)
    // R: optim(rep(0, 4), minus log-likelihood of exp(par), method = 'BFGS', hessian = TRUE)
    const errors = { r: 0.0125573, alpha: 0.3782213, a: 0.1857192, b: 0.7053462 }
    for (const name of ['r', 'alpha', 'a', 'b'] as const)
      expectNear(standardErrors[name], errors[name], 1e-5, name)
    expectNear(bgNbdLogLikelihood(model, cdnow), logLikelihood, 1e-12)
  })

  it.each([
    // R: integrate over logit p of (1 - (1 + p t / alpha)^-r) / p * dbeta(p, a, b)
    [published, 52, 1.4440211534127],
    [{ r: 0.7, alpha: 3, a: 1, b: 0.5 }, 20, 1.2747017356587],
    [{ r: 0.7, alpha: 3, a: 0.3, b: 0.5 }, 20, 2.4285519442439],
    [{ r: 50, alpha: 3, a: 2, b: 5 }, 30, 5.9392824717917],
  ])('expects purchases of %o within %d', (model, duration, expected) =>
    expectNear(expectedPurchases(model, duration), expected, 1e-12),
  )

  it('expects purchases of a known customer', () => {
    // R: as above with r + x, alpha + T, b + x, times the chance to be alive; the first is 1.226 in Fader and Hardie's example
    const often = { repeats: 26, lastAge: 30.71, age: 38.86 }
    const twice = { repeats: 2, lastAge: 30.43, age: 38.86 }
    expectNear(expectedFuturePurchases(published, twice, 39), 1.2259101565248, 1e-12)
    expectNear(expectedFuturePurchases(published, often, 39), 2.3146542327635, 1e-12)
  })

  it('scales with the unit of time, and does not depend on the order of customers', () => {
    const some = cdnow.slice(0, 400)
    const days = some.map(({ repeats, lastAge, age }) => ({ repeats, lastAge: 7 * lastAge, age: 7 * age }))
    const [weeks, turned] = [fitBgNbd(some), fitBgNbd(days.toReversed())]
    expectNear(turned.model.alpha, 7 * weeks.model.alpha, 1e-5)
    expectNear(turned.model.a, weeks.model.a, 1e-5)
    expectNear(turned.standardErrors.r, weeks.standardErrors.r, 1e-5)
  })

  it('is less sure of a customer the longer nothing was bought', () => {
    fc.assert(
      fc.property(
        models,
        fc.integer({ min: 1, max: 50 }),
        positive,
        positive,
        (model, repeats, lastAge, more) => {
          const soon = probabilityAlive(model, { repeats, lastAge, age: lastAge })
          const late = probabilityAlive(model, { repeats, lastAge, age: lastAge + more })
          expect(soon).toBeGreaterThan(0)
          expect(soon).toBeLessThanOrEqual(1)
          expect(late).toBeLessThan(soon)
          expectNear(soon, (model.b + repeats - 1) / (model.a + model.b + repeats - 1), 1e-12)
        },
      ),
    )
  })

  it('expects more the longer it looks ahead, and never more than a customer who cannot leave', () => {
    fc.assert(
      fc.property(models, positive, (model, duration) => {
        const expected = expectedPurchases(model, duration)
        expect(expected).toBeLessThan(expectedPurchases(model, 2 * duration))
        expect(expected).toBeLessThanOrEqual((model.r / model.alpha) * duration * (1 + 1e-12))
        const steady = { ...model, a: 1e-12 }
        expectNear(expectedPurchases(steady, duration), (model.r / model.alpha) * duration, 1e-7)
      }),
    )
    expect(expectedPurchases(published, 0)).toBe(0)
  })

  it('finds the truth and forecasts what is then bought', () => {
    const truth = { r: 0.8, alpha: 6, a: 0.8, b: 2.5 }
    const random = seededRandom(4)
    const customers = Array.from({ length: 4000 }, () => drawnCustomer(random, truth, 40, 80))
    const { model, standardErrors } = fitBgNbd(customers.map(({ history }) => history))
    for (const name of ['r', 'alpha', 'a', 'b'] as const)
      expect(Math.abs(model[name] - truth[name]) / standardErrors[name]).toBeLessThan(3)
    let [forecast, made] = [0, 0]
    for (const { history, later } of customers) {
      forecast += expectedFuturePurchases(model, history, 40)
      made += later
    }
    expect(forecast / made).toBeGreaterThan(0.93)
    expect(forecast / made).toBeLessThan(1.07)
  })

  it('says what it cannot fit', () => {
    const once = { repeats: 0, lastAge: 0, age: 10 }
    expect(() => fitBgNbd([once, once])).toThrow(code('too_few_events'))
    expect(() => fitBgNbd([])).toThrow(code('too_few_events'))
    const steady = Array.from({ length: 30 }, (_, i) => ({ repeats: 8 + (i % 5), lastAge: 9.9, age: 10 }))
    expect(() => fitBgNbd(steady)).toThrow(code('no_convergence'))
    expect(() => fitBgNbd([{ repeats: 1, lastAge: 0, age: 10 }])).toThrow(code('bad_input'))
    expect(() => fitBgNbd([{ repeats: 0, lastAge: 3, age: 10 }])).toThrow(code('bad_input'))
    expect(() => probabilityAlive({ ...published, a: 0 }, once)).toThrow(code('bad_input'))
    expect(() => expectedPurchases(published, -1)).toThrow(code('bad_input'))
    expect(() => expectedPurchases(published, 1e12)).toThrow(code('no_convergence'))
    expect(() => bgNbdLogLikelihood({ ...published, b: -1 }, [once])).toThrow(code('bad_input'))
  })
})
