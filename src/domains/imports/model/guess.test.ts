import { describe, expect, it } from 'vitest'
import { openSource } from '../../../platform/tabular/source.ts'
import { inspectTable } from '../../../platform/tabular/table.ts'
import { accountImport } from '../../accounts/import.ts'
import { churnEventImport, invoiceImport, snapshotImport, subscriptionImport } from '../../revenue/import.ts'
import { ticketImport, ticketLogImport } from '../../tickets/import.ts'
import { usageImport } from '../../usage/import.ts'
import { guessKinds } from './guess.ts'
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
  ])('tells what %s is from its columns alone', async (file, kind, columns) => {
    const { columns: seen } = await inspectTable(await openSource(data + file))
    const [best] = guessKinds(types, seen, 'export.csv')
    expect(best?.kind).toBe(kind)
    const fields = Object.fromEntries([...(best?.columns ?? [])].map(([name, guess]) => [name, guess.field]))
    expect(fields).toMatchObject(columns)
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
