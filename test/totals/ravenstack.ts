// Totals of the RavenStack files, worked out from the files alone: what the app shows after an import must equal them.
import { countBy, mean, readCsv, sumBy, type CsvRow } from './read-csv.ts'

type Piece = { mrr: number; from: string; to: string }
const never = '9999-12-31'

/** What each account pays, by subscription; trials pay nothing. Money in whole dollars, as in the file. */
function piecesByAccount(subscriptions: readonly CsvRow[]): Map<string, Piece[]> {
  const accounts = new Map<string, Piece[]>()
  for (const row of subscriptions) {
    if (row.is_trial === 'TRUE') continue
    const piece = { mrr: Number(row.mrr_amount), from: row.start_date!, to: row.end_date || never }
    accounts.set(row.account_id!, [...(accounts.get(row.account_id!) ?? []), piece])
  }
  return accounts
}

const mrrOn = (pieces: readonly Piece[], day: string): number =>
  pieces.reduce((sum, { mrr, from, to }) => (from <= day && day < to ? sum + mrr : sum), 0)

type Movement = { month: string; kind: string; delta: number }

function movementsOf(pieces: readonly Piece[]): Movement[] {
  const days = [...new Set(pieces.flatMap(({ from, to }) => [from, to]))]
    .filter((day) => day !== never)
    .sort()
  const movements: Movement[] = []
  let before = 0
  let paidOnce = false
  for (const day of days) {
    const after = mrrOn(pieces, day)
    if (after === before) continue
    const grew = after > before
    const kind =
      before === 0
        ? paidOnce
          ? 'reactivation'
          : 'new'
        : after === 0
          ? 'churn'
          : grew
            ? 'expansion'
            : 'contraction'
    movements.push({ month: day.slice(0, 7), kind, delta: after - before })
    before = after
    paidOnce = true
  }
  return movements
}

/** Last days of the months of 2023 and 2024. */
const monthEnds = Array.from({ length: 24 }, (_, month) =>
  new Date(Date.UTC(2023, month + 1, 0)).toISOString().slice(0, 10),
)

function revenueTotals(subscriptions: readonly CsvRow[]) {
  const accounts = [...piecesByAccount(subscriptions).values()]
  const movements = accounts.flatMap(movementsOf)
  const perMonthEnd = (of: (pieces: readonly Piece[], day: string) => number) =>
    Object.fromEntries(
      monthEnds.map((day) => [day, accounts.reduce((sum, pieces) => sum + of(pieces, day), 0)]),
    )
  return {
    mrrOn: perMonthEnd(mrrOn),
    payingAccountsOn: perMonthEnd((pieces, day) => (mrrOn(pieces, day) > 0 ? 1 : 0)),
    movementCount: countBy(movements, ({ kind }) => kind),
    movementSum: sumBy(
      movements,
      ({ kind }) => kind,
      ({ delta }) => delta,
    ),
    movementSumByMonth: sumBy(
      movements,
      ({ month, kind }) => `${month} ${kind}`,
      ({ delta }) => delta,
    ),
    retention2024H2: retention(accounts, '2024-06-30', '2024-12-31'),
  }
}

function retention(accounts: readonly (readonly Piece[])[], from: string, to: string) {
  const both = accounts.map((pieces) => [mrrOn(pieces, from), mrrOn(pieces, to)] as const)
  const paying = both.filter(([before]) => before > 0)
  const sum = (of: (before: number, after: number) => number) =>
    paying.reduce((total, [before, after]) => total + of(before, after), 0)
  const start = sum((before) => before)
  return {
    accounts: paying.length,
    start,
    nrr: sum((_before, after) => after) / start,
    grr: sum((before, after) => Math.min(before, after)) / start,
    logo: sum((_before, after) => (after > 0 ? 1 : 0)) / paying.length,
  }
}

/** The day after which the files say nothing of subscriptions or departures. */
const lastDay = '2024-12-31'

/** The first day of the month after `months` months from a day, on its last day where the month is shorter. */
function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

/** Months from a day on that are over on another. */
function monthsOver(from: string, to: string): number {
  let months = 0
  while (monthsLater(from, months + 1) <= to) months += 1
  return months
}

/** Stretches of days with something paid; stretches that touch are one. */
function stretchesOf(pieces: readonly Piece[]): { from: string; to: string }[] {
  const stretches: { from: string; to: string }[] = []
  for (const { mrr, from, to } of [...pieces].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (mrr === 0 || to <= from) continue
    const open = stretches.at(-1)
    if (open && from <= open.to) open.to = to > open.to ? to : open.to
    else stretches.push({ from, to })
  }
  return stretches
}

/** Customer months in which somebody could be seen to stay or leave, and departures; the month of leaving counts. */
function exposureTotals(subscriptions: readonly CsvRow[]) {
  const stretches = [...piecesByAccount(subscriptions).values()].flatMap(stretchesOf)
  const left = stretches.filter(({ to }) => to <= lastDay)
  const stayed = stretches.filter(({ to }) => to > lastDay)
  const leaving = ({ from, to }: { from: string; to: string }) => {
    const over = monthsOver(from, to)
    return monthsLater(from, over) < to && monthsLater(to, -over) !== from ? over + 1 : over
  }
  return {
    accounts: piecesByAccount(subscriptions).size,
    lastDay,
    months:
      left.reduce((sum, one) => sum + leaving(one), 0) +
      stayed.reduce((sum, { from }) => sum + monthsOver(from, lastDay), 0),
    departures: left.length,
  }
}

function usageTotals(usage: readonly CsvRow[]) {
  const month = (row: CsvRow) => row.usage_date!.slice(0, 7)
  const rowsById = countBy(usage, (row) => row.usage_id!)
  const contents = new Map<string, Set<string>>()
  for (const row of usage) {
    const { usage_id: id, ...rest } = row
    contents.set(id!, (contents.get(id!) ?? new Set()).add(JSON.stringify(rest)))
  }
  const repeated = Object.entries(rowsById).filter(([, rows]) => rows > 1)
  return {
    rows: usage.length,
    distinctIds: Object.keys(rowsById).length,
    /** Rows beyond the first of an id. */
    repeatedRows: repeated.reduce((sum, [, rows]) => sum + rows - 1, 0),
    /** Ids whose rows differ from each other. */
    repeatedWithOtherContent: repeated.filter(([id]) => (contents.get(id)?.size ?? 0) > 1).length,
    countByFeature: sumBy(
      usage,
      (row) => row.feature_name!,
      (row) => Number(row.usage_count),
    ),
    countByMonth: sumBy(usage, month, (row) => Number(row.usage_count)),
    secondsByMonth: sumBy(usage, month, (row) => Number(row.usage_duration_secs)),
    errorsByMonth: sumBy(usage, month, (row) => Number(row.error_count)),
    countByFeatureAndMonth: sumBy(
      usage,
      (row) => `${row.feature_name} ${month(row)}`,
      (row) => Number(row.usage_count),
    ),
  }
}

export function ravenstackTotals() {
  const accounts = readCsv('ravenstack-saas/ravenstack_accounts.csv')
  const subscriptions = readCsv('ravenstack-saas/ravenstack_subscriptions.csv')
  const tickets = readCsv('ravenstack-saas/ravenstack_support_tickets.csv')
  const churn = readCsv('ravenstack-saas/ravenstack_churn_events.csv')
  const satisfaction = tickets.filter((row) => row.satisfaction_score !== '')
  return {
    accounts: accounts.length,
    accountsByIndustry: countBy(accounts, (row) => row.industry!),
    churnFlags: accounts.filter((row) => row.churn_flag === 'TRUE').length,
    subscriptions: subscriptions.length,
    trials: subscriptions.filter((row) => row.is_trial === 'TRUE').length,
    revenue: revenueTotals(subscriptions),
    exposure: exposureTotals(subscriptions),
    tickets: {
      all: tickets.length,
      byPriority: countBy(tickets, (row) => row.priority!),
      meanFirstResponseMinutes: mean(tickets.map((row) => Number(row.first_response_time_minutes))),
      meanResolutionHours: mean(tickets.map((row) => Number(row.resolution_time_hours))),
      escalated: tickets.filter((row) => row.escalation_flag === 'TRUE').length,
      withSatisfaction: satisfaction.length,
      meanSatisfaction: mean(satisfaction.map((row) => Number(row.satisfaction_score))),
    },
    churn: {
      events: churn.length,
      accounts: new Set(churn.map((row) => row.account_id)).size,
      byReason: countBy(churn, (row) => row.reason_code!),
      refundCents: churn.reduce((sum, row) => sum + Math.round(Number(row.refund_amount_usd) * 100), 0),
    },
    usage: usageTotals(readCsv('ravenstack-saas/ravenstack_feature_usage.csv.gz')),
  }
}
