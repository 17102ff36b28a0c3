import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { surveyImport } from './import.ts'
import { guessKind, promoterScore, readScale, refuseScale } from './model.ts'

const scores = (promoters: number, passives: number, detractors: number) => [
  { score: 10, n: promoters },
  { score: 8, n: passives },
  { score: 3, n: detractors },
]

describe('promoterScore', () => {
  // Reference values of an independent computation (R): value and adjusted Wald interval at 95 %.
  it.each([
    [50, 30, 20, 30, 14.05113, 44.201297],
    [3, 2, 0, 60, -7.508547, 82.508547],
    [8, 10, 12, -13.333333, -39.348251, 15.105827],
    [0, 0, 10, -100, -100, -47.503552],
  ])('of %i promoters, %i passives, %i detractors is %f (%f to %f)', (p, q, d, value, low, high) => {
    const found = promoterScore(scores(p, q, d))
    expect(found?.value).toBeCloseTo(value, 5)
    expect(found?.low).toBeCloseTo(low, 5)
    expect(found?.high).toBeCloseTo(high, 5)
  })

  it('is unknown without a score, not zero', () => {
    expect(promoterScore([])).toBeNull()
  })

  it('stays on its scale, turns over with its sides, and gets narrower with the same mix of more answers', () => {
    const n = fc.nat(500)
    fc.assert(
      fc.property(n, n, n, (p, q, d) => {
        fc.pre(p + q + d > 0)
        const found = promoterScore(scores(p, q, d))
        const turned = promoterScore(scores(d, q, p))
        const more = promoterScore(scores(4 * p, 4 * q, 4 * d))
        if (!found || !turned || !more) throw new Error('unknown')
        expect(found.low).toBeGreaterThanOrEqual(-100)
        expect(found.high).toBeLessThanOrEqual(100)
        expect(turned.value).toBeCloseTo(-found.value, 9)
        expect(turned.high).toBeCloseTo(-found.low, 9)
        expect(more.high - more.low).toBeLessThan(found.high - found.low + 1e-9)
      }),
    )
  })
})

describe('the kind of an imported survey', () => {
  it('follows from words before the scale, and is "other" when nothing tells', () => {
    expect(guessKind([null, 'Q3 CSAT'], { scaleMin: 0, scaleMax: 10 })).toBe('csat')
    expect(guessKind([null, 'Spring'], { scaleMin: 0, scaleMax: 10 })).toBe('nps')
    expect(guessKind([null, 'Spring'], null)).toBe('other')
  })

  it('reads scales as people write them', () => {
    expect([readScale('0-10'), readScale('1 to 5'), readScale('10'), readScale('5'), readScale('x')]).toEqual(
      [
        { scaleMin: 0, scaleMax: 10 },
        { scaleMin: 1, scaleMax: 5 },
        { scaleMin: 0, scaleMax: 10 },
        { scaleMin: 1, scaleMax: 5 },
        null,
      ],
    )
    expect(refuseScale('nps', { scaleMin: 1, scaleMax: 5 })).not.toBeNull()
  })
})

describe('surveyImport', () => {
  const map = (cells: Record<string, string | number | null>) => {
    if (surveyImport.target !== 'records') throw new Error('records')
    return surveyImport.map(
      { rowNumber: 1, cells, others: {} },
      { source: 's', asOf: null, unknownAccounts: 'refuse', currency: 'USD', timeZone: 'UTC' },
    )
  }

  it('makes an answer to a survey that follows from the columns', () => {
    const { drafts } = map({
      nps_score: 9,
      account: 'A1',
      email: 'D@x.test',
      answered_at: '2026-01-01T00:00:00Z',
    })
    expect(drafts).toMatchObject([
      {
        values: { score: 9, comment: null },
        refs: {
          survey_id: { create: { kind: 'nps', scale_min: 0, scale_max: 10 } },
          account_id: { externalId: 'A1' },
          person_id: { externalId: 'd@x.test', optional: true },
        },
      },
    ])
  })

  it.each([
    ['score_off_scale', { nps_score: 11, account: 'A1' }],
    ['empty_answer', { account: 'A1' }],
    ['nobody_answered', { score: 3 }],
    ['unknown_scale', { score: 3, scale: 'wide', account: 'A1' }],
  ])('refuses a row: %s', (code, cells) => {
    expect(map(cells)).toMatchObject({ drafts: [], faults: [{ severity: 'error', code }] })
  })
})
