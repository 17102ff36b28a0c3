import { expect, test } from 'vitest'
import { disagreementSentence, inTotalOrder, sourceSentences, totalText } from './report-words.ts'

test('totals are said in words, money in its currency, and priorities come last', () => {
  const totals = {
    priority_none: 1,
    priority_2: 3,
    'mrr_cents_of_all:EUR': 125_050,
    new_thing: 4,
    subscriptions: 7,
  }
  const said = inTotalOrder(totals).map(([name, value]) => {
    const { term, value: shown } = totalText(name, value, 'USD')
    return `${term}: ${shown}`
  })
  expect(said).toEqual([
    'Subscriptions: 7',
    'Revenue a month of all subscriptions ever, without trials, EUR: \u20ac1,250.50',
    'New thing: 4',
    'Priority 2: 3',
    'Without a priority: 1',
  ])
})

test('a disagreement names the rule that decides and what each source says', () => {
  const sources = { subscriptions: { left: 1, stays: 2, silent: 0 }, flag: { left: 2, stays: 1, silent: 0 } }
  const params = { rule: 'subscriptions', sources }
  const disagreement = { code: 'churn_sources', params, count: 1_200 }
  expect(disagreementSentence(disagreement)).toBe(
    '1,200 customers are said to have left by one source and not by another. The end of the last subscription decides.',
  )
  expect(disagreementSentence({ ...disagreement, count: 1 })).toMatch(/^One customer is said/)
  expect(sourceSentences(disagreement)).toEqual([
    'The end of the last subscription: 1 left, 2 stay, nothing said of 0.',
    'The mark in your files: 2 left, 1 stay, nothing said of 0.',
  ])
})
