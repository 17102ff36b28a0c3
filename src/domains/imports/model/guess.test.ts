import { describe, expect, it } from 'vitest'
import { openSource } from '../../../platform/tabular/source.ts'
import { inspectTable } from '../../../platform/tabular/table.ts'
import { accountImport } from '../../accounts/import.ts'
import { churnEventImport, invoiceImport, snapshotImport, subscriptionImport } from '../../revenue/import.ts'
import { ticketImport, ticketLogImport } from '../../tickets/import.ts'
import { usageImport } from '../../usage/import.ts'
import { doubtfulKinds, guessKinds, type GuessColumn } from './guess.ts'
import { customKeys, normalise } from './text.ts'

const types = [
  accountImport,
  subscriptionImport,
  invoiceImport,
  churnEventImport,
  snapshotImport,
  ticketImport,
  ticketLogImport,
  usageImport,
]
const data = new URL('../../../../test/data/', import.meta.url).pathname

describe('guessing', () => {
  it.each([
    [
      'ravenstack-saas/ravenstack_accounts.csv',
      'accounts',
      { account_id: 'id', signup_date: 'started_on', industry: 'segment' },
    ],
    [
      'ravenstack-saas/ravenstack_subscriptions.csv',
      'subscriptions',
      { subscription_id: 'id', account_id: 'account', mrr_amount: 'mrr' },
    ],
    [
      'ravenstack-saas/ravenstack_churn_events.csv',
      'churn_events',
      { churn_event_id: 'id', churn_date: 'on_day' },
    ],
    ['ravenstack-saas/ravenstack_support_tickets.csv', 'tickets', { ticket_id: 'id', account_id: 'account' }],
    [
      'ravenstack-saas/ravenstack_feature_usage.csv.gz',
      'usage',
      { usage_id: 'id', subscription_id: 'subscription', usage_date: 'day' },
    ],
    [
      'telco-ibm/telco.csv',
      'snapshot',
      { customerID: 'id', tenure: 'tenure', MonthlyCharges: 'price', Churn: 'churned' },
    ],
    ['servicenow-incidents/incident_event_log.csv.gz', 'ticket_log', { number: 'id', sys_updated_at: 'at' }],
  ])('tells what %s is from its columns alone, clearly enough not to ask', async (file, kind, columns) => {
    const { columns: seen } = await inspectTable(await openSource(data + file))
    const kinds = guessKinds(types, seen, 'export.csv')
    const [best] = kinds
    expect(best?.kind).toBe(kind)
    expect(doubtfulKinds(kinds, kind)).toEqual([])
    const fields = Object.fromEntries([...(best?.columns ?? [])].map(([name, guess]) => [name, guess.field]))
    expect(fields).toMatchObject(columns)
  })

  const column = (name: string, type: GuessColumn['format']['type'], distinct: number, rows: number) => ({
    name,
    format: { type },
    rows,
    missing: 0,
    distinct: { count: distinct, capped: false },
  })
  const subscriptionsWith = (ids: number, rows: number) => [
    column('subscription_id', 'text', ids, rows),
    column('account_id', 'text', 3, rows),
    column('start_date', 'date', 2, rows),
    column('mrr', 'integer', 3, rows),
    column('currency', 'text', 1, rows),
  ]
  const taken = (columns: readonly GuessColumn[]) => guessKinds(types, columns, 'export.csv')[0]?.kind

  it('does not let an id that came twice in few rows make counts of use of amounts', () => {
    expect(taken(subscriptionsWith(4, 5))).toBe('subscriptions')
    // In many rows it is evidence, yet a kind that would drop the amount is not the better one.
    expect(taken(subscriptionsWith(40, 100))).toBe('subscriptions')
    const confidence = (ids: number, rows: number) =>
      guessKinds(types, subscriptionsWith(ids, rows), 'export.csv')[0]?.confidence ?? 0
    expect(confidence(40, 49)).toBe(confidence(49, 49))
    expect(confidence(40, 50)).toBeLessThan(confidence(50, 50))
  })

  it('has doubts unless the kind is likely and a tenth ahead of the next', () => {
    const doubts = (own: number, other: number, named = 2) =>
      doubtfulKinds(
        [
          { kind: 'tickets', confidence: other, named: 2 },
          { kind: 'usage', confidence: own, named },
        ],
        'usage',
      ).map(({ kind }) => kind)
    expect(doubts(0.8, 0.6)).toEqual([])
    expect(doubts(0.74, 0.1)).toEqual(['usage', 'tickets'])
    expect(doubts(0.95, 0.9)).toEqual(['usage', 'tickets'])
    expect(doubts(0.8, 0.9)).toEqual(['tickets', 'usage'])
    expect(doubts(0.5, 0)).toEqual(['usage'])
    // Few of its columns are understood, but those say it plainly.
    expect(doubts(0.4, 0.2, 5)).toEqual([])
    expect(doubts(0.4, 0.2, 4)).toEqual(['usage', 'tickets'])
    expect(doubts(0.4, 0.35, 9)).toEqual(['usage', 'tickets'])
  })

  it('never gives a field to two columns, nor a column against what it holds', () => {
    const text = { rows: 10, missing: 0, distinct: { count: 10, capped: false } }
    const columns = [
      { ...text, name: 'customer id', format: { type: 'text' as const } },
      { ...text, name: 'account_id', format: { type: 'text' as const } },
      { ...text, name: 'seats', format: { type: 'text' as const } },
    ]
    const guess = guessKinds([accountImport], columns, '')[0]
    const fields = [...(guess?.columns.values() ?? [])].map(({ field }) => field)
    expect(new Set(fields).size).toBe(fields.length)
    expect(guess?.columns.has('seats')).toBe(false)
  })

  it('reads header names alike however they are written, and makes keys of them that differ', () => {
    expect(['customerID', 'Customer-Id', 'customer_id', ' CUSTOMER ID '].map(normalise)).toEqual(
      Array(4).fill('customer id'),
    )
    expect([...customKeys(['Größe', 'größe', '2nd name', '???']).values()]).toEqual([
      'gro_e',
      'gro_e_2',
      'field_2nd_name',
      'field',
    ])
  })
})
