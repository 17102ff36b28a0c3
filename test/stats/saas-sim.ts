// Account-months of the simulated software company: what is known at the end of a month, and whether the account leaves in the next.
import { readCsv, type CsvRow } from '../totals/read-csv.ts'

export const segments = ['smb', 'mid', 'ent'] as const

const monthIndex = (month: string) => (Number(month.slice(0, 4)) - 2023) * 12 + Number(month.slice(5, 7))

const grouped = (rows: readonly CsvRow[]) => {
  const groups = new Map<string, CsvRow[]>()
  for (const row of rows) groups.set(row.account_id!, [...(groups.get(row.account_id!) ?? []), row])
  return groups
}

/** Trust at the end of each month with an experience: an anchor that moves by a share of each surprise, losses by half more. */
function trustByMonth(experiences: readonly CsvRow[], prior: number): ReadonlyMap<string, number> {
  const inOrder = experiences.toSorted((a, b) => (a.on! < b.on! ? -1 : a.on! > b.on! ? 1 : 0))
  const months = new Map<string, number>()
  let trust = prior
  inOrder.forEach((row, index) => {
    const outcome = Number(row.outcome)
    const share = Math.max(0.05, 1 / (5 + index)) * (outcome < trust ? 1.5 : 1)
    trust = Math.min(1, Math.max(0, trust + Math.min(0.9, share) * (outcome - trust)))
    months.set(row.on!.slice(0, 7), trust)
  })
  return months
}

type Month = Record<string, number>

const last = (values: readonly number[], back: number) => values[Math.max(0, values.length - 1 - back)]!
const sumOfLast = (values: readonly number[], count: number) =>
  values.slice(-count).reduce((sum, value) => sum + value, 0)

function monthsOf(account: CsvRow, rows: readonly CsvRow[], experiences: readonly CsvRow[]): Month[] {
  const prior = Number(account.reputation_prior)
  const trusted = trustByMonth(experiences, prior)
  const [usage, champions, prices]: [number[], number[], number[]] = [[], [], []]
  let [activeWeeks, trust, early] = [2, prior, 0]
  return rows.map((row) => {
    usage.push(row.active_seats === '' ? (usage.at(-1) ?? 0.5) : Number(row.active_seats) / Number(row.seats))
    if (row.active_weeks !== '') activeWeeks = Number(row.active_weeks)
    trust = trusted.get(row.month!) ?? trust
    champions.push(Number(row.champion_left))
    prices.push(Number(row.price_increase))
    const tenure = Number(row.tenure_month)
    if (tenure <= 6) early += activeWeeks
    const yearly = account.contract === 'annual'
    return {
      month: monthIndex(row.month!),
      event:
        account.churn_month !== '' && monthIndex(account.churn_month!) === monthIndex(row.month!) + 1 ? 1 : 0,
      tenure,
      logTenure: Math.log(tenure),
      usage: usage.at(-1)!,
      usageChange: usage.at(-1)! - (usage.length > 3 ? last(usage, 3) : usage.at(-1)!),
      activeWeeks,
      tickets: Number(row.tickets),
      severe: Number(row.sev1_tickets),
      reopened: Number(row.reopened),
      trust,
      logSeats: Math.log(Number(row.seats)),
      reputation: prior,
      logMrr: Math.log(Number(row.mrr)),
      habit: early / (4 * Math.min(tenure, 6)) >= 0.8 ? 1 : 0,
      championLeft: sumOfLast(champions, 4),
      priceIncrease: sumOfLast(prices, 2),
      renewal: yearly && row.renewal_month === '1' ? 1 : 0,
      locked: yearly && row.renewal_month === '0' ? 1 : 0,
      segment: segments.indexOf(account.segment as (typeof segments)[number]),
    }
  })
}

/** Rows of account-months as columns, the last month left out, since what followed it is not known. */
export function saasSimMonths() {
  const monthly = grouped(readCsv('saas-sim/monthly.csv.gz'))
  const experiences = grouped(readCsv('saas-sim/experiences.csv.gz'))
  const truth = new Map(
    readCsv('saas-sim/truth.csv.gz').map((row) => [
      `${row.account_id} ${monthIndex(row.month!)}`,
      Number(row.true_hazard_next_month),
    ]),
  )
  const rows = readCsv('saas-sim/accounts.csv').flatMap((account, index) => {
    const id = account.account_id!
    const months = (monthly.get(id) ?? []).toSorted((a, b) => (a.month! < b.month! ? -1 : 1))
    return monthsOf(account, months, experiences.get(id) ?? []).map((month): Month => ({
      ...month,
      account: index,
      trueHazard: truth.get(`${id} ${month.month}`)!,
    }))
  })
  const end = Math.max(...rows.map((row) => row.month!))
  const known = rows.filter((row) => row.month! < end)
  const column = (name: string) => Float64Array.from(known, (row) => row[name]!)
  const names = Object.keys(known[0]!)
  return {
    columns: Object.fromEntries(names.map((name) => [name, column(name)])),
    events: column('event'),
    months: column('month'),
    accounts: Int32Array.from(column('account')),
    trueHazard: column('trueHazard'),
  }
}
