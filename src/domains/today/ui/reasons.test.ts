import { describe, expect, it } from 'vitest'
import { changedText, evidenceItems, reasonText, riskParts, snoozeChoices, type Risk } from './reasons.ts'

const today = '2026-11-02'
const rule = { code: 'x', name: 'Use fell', action: 'Ask', tone: 'rust' as const, floor: false }
const said = (code: string, params: Record<string, unknown>) =>
  reasonText({ reason: { code, params }, many: null, rule }, { today, currency: 'USD' })

describe('reasons in words', () => {
  it('say when it renews, and on what that rests', () => {
    const renewal = { renewsOn: '2026-11-20', termMonths: 12, value: 18 }
    expect(said('revenue.renewal', { ...renewal, from: 'term' })).toBe('Renews 20 Nov, in 18 days')
    expect(said('revenue.renewal', { ...renewal, from: 'end' })).toBe('Ends 20 Nov, in 18 days')
    expect(said('revenue.renewal', { ...renewal, from: 'assumed_term' })).toBe(
      'Renews 20 Nov, in 18 days if its term is 12 months',
    )
    expect(said('revenue.renewal', { renewsOn: today, from: 'term' })).toBe('Renews 2 Nov, today')
  })

  it('say what fell, what is open and what is due', () => {
    expect(said('usage.trend', { value: -0.4, before: 134.2, recent: 80.1 })).toBe(
      'Use fell from 134 to 80 a week, outside its usual range',
    )
    expect(said('usage.trend', { value: 0.4 })).toBe('Use rose 40%, outside its usual range')
    expect(said('tickets.open_severe', { value: 1, oldestOn: today })).toBe('1 severity-one ticket is open')
    expect(said('tickets.open_severe', { value: 2, oldestOn: '2026-10-30' })).toBe(
      '2 severity-one tickets are open, the oldest since 3 d',
    )
    expect(said('task.due', { dueOn: today })).toBe('Due today')
    expect(said('task.due', { dueOn: '2026-10-31' })).toBe('Was due 31 Oct, 2 d ago')
    expect(said('task.due', { dueOn: '2026-11-04' })).toBe('Due 4 Nov')
  })

  it('name a code that has no words of its own, and never show what is missing', () => {
    expect(said('odd.reading', { value: 0.123 })).toBe('odd.reading is 0.12')
    expect(said('usage.breadth', { value: 0.123 })).toBe('The share of features in use is 12%')
    expect(said('usage.trend', {})).toBe('Change of usage')
  })

  it('say what happens at many small customers, and what changed since an item was put off', () => {
    const many = { count: 23, names: ['A'], smallBelowCents: 320_000 }
    expect(reasonText({ reason: { code: 'many', params: {} }, many, rule }, { today, currency: 'USD' })).toBe(
      'Use fell at 23 small customers, each below $3.2K a year',
    )
    const changed = (more: object) =>
      changedText(
        {
          changed: [
            {
              reading: 'usage.trend',
              kind: 'value' as const,
              was: -0.4,
              now: -0.62,
              since: '2026-10-28T10:00:00.000Z',
              ...more,
            },
          ],
        },
        today,
      )
    expect(changed({})).toBe('Back: change of usage was −40% on 28 Oct and is −62%.')
    expect(changed({ kind: 'evidence', reading: 'tickets.open', was: 1, now: 2 })).toBe(
      'Back: 2 new records behind the number of open tickets since 28 Oct.',
    )
    expect(changedText({ changed: [] }, today)).toBeNull()
  })
})

describe('evidence in words', () => {
  const piece = (code: string, params: Record<string, unknown>, kind = 'risk_model') => ({
    kind,
    id: null,
    at: '2026-11-02T08:00:00.000Z',
    code,
    params,
  })

  it('leads to the customer, and says when a rate has no history behind it', () => {
    const at = { today, accountId: 'id' }
    expect(evidenceItems([piece('tickets.open_ticket', { subject: null }, 'ticket')], at)).toMatchObject([
      { kind: 'Ticket', text: 'Ticket without a subject', date: '2 Nov', href: '/customers/id' },
    ])
    const [seen, none] = evidenceItems(
      [
        piece('risk.segment_exposure', { segment: 'Insurance', events: 1, months: 1_200 }),
        piece('risk.company_exposure', { events: 0, months: 0 }),
      ],
      at,
    )
    expect(seen?.text).toBe('Insurance: 1 departure in 1,200 customer months')
    expect(none?.text).toBe('All customers: no history yet, so the rate is an assumption')
    expect(none).not.toHaveProperty('href')
  })
})

describe('parts of a risk', () => {
  const reading = (value: number | null, amounts: number[]): Risk => ({
    accountId: 'id',
    code: 'risk.renewal',
    state: value === null ? 'not_enough_data' : 'ok',
    value,
    low: 0.1,
    high: 0.3,
    n: 10,
    asOf: `${today}T00:00:00.000Z`,
    snapshotId: null,
    contributions: amounts.map((amount, i) => ({
      code: i === 0 ? 'risk.base' : 'risk.segment',
      params: { segment: 'Insurance' },
      amount,
    })),
    evidence: [],
    detail: {},
  })

  it('add up to the total as shown, and are nothing where it is not known', () => {
    const parts = riskParts(reading(0.17645, [0.1234, 0.05305]))!
    expect(parts.total).toBe(17.6)
    const shown = [parts.base, ...parts.parts].reduce((sum, { value }) => sum + Math.round(value * 10), 0)
    expect(shown).toBe(176)
    expect(parts.parts[0]?.label).toBe('Segment: Insurance')
    expect(riskParts(reading(null, []))).toBeNull()
  })
})

describe('what to snooze until', () => {
  const until = (day: string, isTask: boolean) =>
    snoozeChoices(day, isTask).map(({ decision }) => (decision.untilChange ? 'change' : decision.untilOn))

  it('is a day after today, each once and in order, or a change; a task cannot wait for one', () => {
    // Monday 2 November 2026: a week on is the next Monday.
    expect(until(today, false)).toEqual([
      '2026-11-03',
      '2026-11-05',
      '2026-11-09',
      '2026-11-16',
      'change',
      null,
    ])
    // Sunday: tomorrow is Monday already.
    expect(until('2026-11-08', true)).toEqual(['2026-11-09', '2026-11-11', '2026-11-22'])
  })
})
