import { minorDigits } from '../../../platform/money.ts'
import { issueSentence } from '../issue-words.ts'

/** The words of a report, for pages and the command line: totals in the order in which they explain each other. */
export const reportMessages = {
  total_tickets: 'Tickets',
  total_open: 'of them open',
  total_reopened: 'Reopened',
  total_invoices: 'Invoices',
  total_with_service_period: 'of them with a service period',
  total_churn_events: 'Churn events',
  total_subscriptions: 'Subscriptions',
  total_ended: 'of them ended',
  total_trials: 'of them trials',
  total_accounts: 'Accounts',
  total_left: 'Customers who left',
  total_mrr_cents: 'Recurring revenue a month, today',
  total_mrr_cents_of_all: 'Revenue a month of all subscriptions ever, without trials',
  total_amount_cents: 'Invoiced in all',
  total_refund_cents: 'Refunded in all',
  total_raised: 'Raised in priority',
  total_lowered: 'Lowered in priority',
  total_sla_missed: 'Promised time missed',
  total_log_rows: 'Rows of ticket logs',
  total_rows: 'Usage counts',
  total_count: 'Uses counted',
  total_seconds: 'Seconds of use',
  total_errors: 'Errors counted',
  total_features: 'Features',
  total_days: 'Days with use',
  total_people: 'People',
  total_messages: 'Messages and calls',
  total_answers: 'Survey answers',
  total_surveys: 'Surveys',
  total_priority: 'Priority {n}',
  total_priority_none: 'Without a priority',

  churn_sources: '{n} customers are said to have left by one source and not by another. {rule} decides.',
  churn_sources_one: 'One customer is said to have left by one source and not by another. {rule} decides.',
  otherDisagreement: '{what}: {n}.',
  rule_subscriptions: 'The end of the last subscription',
  rule_churn_events: 'The churn event',
  rule_flag: 'The mark in your files',
  sourceCount: '{source}: {left} left, {stays} stay, nothing said of {silent}.',
} as const

type ReportCode = keyof typeof reportMessages
/** Says a message with its values; pages give one that can translate. */
type Say = (code: ReportCode, values?: Record<string, string>) => string

const plainly: Say = (code, values = {}) =>
  reportMessages[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

const isMessage = (code: string): code is ReportCode => Object.hasOwn(reportMessages, code)
const count = (value: number): string => value.toLocaleString('en')
const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

const totalOrder = Object.keys(reportMessages).filter((code) => !code.startsWith('total_priority'))
const totalRank = (name: string): number => {
  const at = totalOrder.indexOf(`total_${name.split(':')[0]}`)
  return at < 0 ? totalOrder.length : at
}

/** Totals in the order in which they explain each other; priorities and new ones last. */
export const inTotalOrder = (totals: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(totals).sort(([a], [b]) => totalRank(a) - totalRank(b) || a.localeCompare(b))

function totalName(name: string, say: Say): string {
  const code = `total_${name}`
  if (isMessage(code)) return say(code)
  const priority = /^priority_(\d+)$/.exec(name)?.[1]
  return priority ? say('total_priority', { n: priority }) : withoutStop(issueSentence(name))
}

/** An amount with all its digits: `$2,786.00`. */
export function exactMoney(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits)
}

/** A total of the report, named and formatted; one such as `amount_cents:EUR` is in a currency of its own. */
export function totalText(
  name: string,
  value: number,
  currency: string,
  say: Say = plainly,
): { term: string; value: string } {
  const [total = name, own] = name.split(':')
  const shown = total.includes('_cents') ? exactMoney(value, own ?? currency) : count(value)
  return { term: own ? `${totalName(total, say)}, ${own}` : totalName(total, say), value: shown }
}

type Disagreement = Readonly<{ code: string; params: Readonly<Record<string, unknown>>; count: number }>

function ruleName(rule: unknown, say: Say): string {
  const code = `rule_${String(rule)}`
  return isMessage(code) ? say(code) : String(rule ?? '')
}

/** The rule that decides where sources contradict each other, and how often it had to. */
export function disagreementSentence({ code, params, count: n }: Disagreement, say: Say = plainly): string {
  if (code === 'churn_sources')
    return say(n === 1 ? 'churn_sources_one' : 'churn_sources', {
      n: count(n),
      rule: ruleName(params.rule, say),
    })
  return say('otherDisagreement', { n: count(n), what: withoutStop(issueSentence(code, params)) })
}

/** What each source says for itself. */
export function sourceSentences({ params }: Disagreement, say: Say = plainly): string[] {
  if (typeof params.sources !== 'object' || params.sources === null) return []
  return Object.entries(params.sources).flatMap(([source, said]: [string, unknown]) => {
    const { left, stays, silent } = (said ?? {}) as Record<string, unknown>
    if (typeof left !== 'number' || typeof stays !== 'number' || typeof silent !== 'number') return []
    const numbers = { left: count(left), stays: count(stays), silent: count(silent) }
    return [say('sourceCount', { source: ruleName(source, say), ...numbers })]
  })
}
