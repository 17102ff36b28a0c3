import { Readable } from 'node:stream'
import type { Company } from './company.ts'

type Cell = string | number | boolean | null

/** One file of the company: what it holds for the import, and its lines. */
export type SampleFile = Readonly<{
  kind: string
  fileName: string
  header: readonly string[]
  rows(): Iterable<readonly Cell[]>
}>

export const fileNameOf = (kind: string): string => `Snapfold sample - ${kind.replace('_', ' ')}.csv`

const money = (cents: number): string => (cents / 100).toFixed(2)

/**
 * The company as the files that it would export, in the order in which they are imported. Its money is of the workspace's
 * currency, so that no rate is missing.
 */
export function filesOf(company: Company, currency: string): readonly SampleFile[] {
  const file = <T>(
    kind: string,
    records: () => Iterable<T>,
    columns: Readonly<Record<string, (record: T) => Cell>>,
  ): SampleFile => ({
    kind,
    fileName: fileNameOf(kind),
    header: Object.keys(columns),
    *rows() {
      const cells = Object.values(columns)
      for (const record of records()) yield cells.map((cell) => cell(record))
    },
  })
  return [
    file('accounts', () => company.accounts, {
      'account id': (a) => a.id,
      'account name': (a) => a.name,
      domain: (a) => a.domain,
      segment: (a) => a.segment,
      region: (a) => a.region,
      plan: (a) => a.plan,
      seats: (a) => a.seats,
      'lifecycle stage': (a) => a.stage,
      'customer since': (a) => a.startedOn,
      'agreed minutes saved per photo set': (a) => a.agreed?.minutesSaved ?? null,
      'agreed hourly cost': (a) => (a.agreed ? money(a.agreed.hourlyCostCents) : null),
      'agreed rework avoided per photo set': (a) => (a.agreed ? money(a.agreed.reworkCents) : null),
    }),
    file('people', () => company.people, {
      'person id': (p) => p.id,
      'account id': (p) => p.account,
      'full name': (p) => p.name,
      email: (p) => p.email,
      'job title': (p) => p.title,
      role: (p) => p.role,
      since: (p) => p.since,
      'left on': (p) => p.leftOn,
    }),
    file('subscriptions', () => company.subscriptions, {
      'subscription id': (s) => s.id,
      'account id': (s) => s.account,
      plan: (s) => s.plan,
      seats: (s) => s.seats,
      mrr: (s) => money(s.mrr),
      currency: () => currency,
      'term months': (s) => s.termMonths,
      'start date': (s) => s.startsOn,
      'end date': (s) => s.endsOn,
    }),
    file('churn_events', () => company.churnEvents, {
      'churn event id': (c) => c.id,
      'account id': (c) => c.account,
      'churn date': (c) => c.onDay,
      reason: (c) => c.reason,
      'feedback text': (c) => c.comment,
      'is reactivation': (c) => c.isReactivation,
    }),
    file('tickets', () => company.tickets, {
      'ticket id': (t) => t.id,
      'account id': (t) => t.account,
      requester: (t) => t.person,
      subject: (t) => t.subject,
      category: (t) => t.category,
      priority: (t) => t.priority,
      status: (t) => t.state,
      'opened at': (t) => t.openedAt,
      'first response at': (t) => t.firstResponseAt,
      'solved at': (t) => t.solvedAt,
      'closed at': (t) => t.closedAt,
      'times reopened': (t) => t.reopens,
      'assigned to': (t) => t.assignee,
      'sla met': (t) => t.slaMet,
      escalated: (t) => t.escalated,
      'satisfaction score': (t) => t.satisfaction,
      'open deal': (t) => (t.openDeal ? 'yes' : 'no'),
      'root cause': (t) => t.rootCause,
    }),
    file('surveys', () => company.answers, {
      'answer id': (a) => a.id,
      'account id': (a) => a.account,
      'person id': (a) => a.person,
      survey: (a) => a.survey,
      'survey kind': (a) => a.kind,
      scale: (a) => a.scale,
      score: (a) => a.score,
      comment: (a) => a.comment,
      'answered at': (a) => a.at,
    }),
    file('messages', () => company.messages, {
      'message id': (m) => m.id,
      'account id': (m) => m.account,
      'person id': (m) => m.person,
      direction: (m) => m.direction,
      channel: (m) => m.channel,
      'sent at': (m) => m.at,
      subject: (m) => m.subject,
      body: (m) => m.body,
      'duration minutes': (m) => m.minutes,
    }),
    file('usage', () => company.usage(), {
      'account id': (u) => u.account,
      day: (u) => u.day,
      feature: (u) => u.feature,
      'user id': (u) => u.user,
      'event count': (u) => u.count,
      'duration secs': (u) => u.seconds,
      errors: (u) => u.errors,
    }),
  ]
}

const quoted = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const lineOf = (cells: readonly Cell[]): string => cells.map(quoted).join(',')

/** A small file as a whole. */
export const textOf = ({ header, rows }: SampleFile): string => [header, ...rows()].map(lineOf).join('\n')

const chunkChars = 65_536

function* chunks({ header, rows }: SampleFile): Generator<Buffer> {
  let text = `${lineOf(header)}\n`
  for (const row of rows()) {
    text += `${lineOf(row)}\n`
    if (text.length < chunkChars) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
}

/** The file as CSV, written while it is read. */
export const csvOf = (file: SampleFile): Readable => Readable.from(chunks(file))
