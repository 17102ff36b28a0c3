import { drawExponential } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import type { Calendar } from './calendar.ts'
import { chance, pick, weighted, wholeBetween } from './chance.ts'
import { ticketGrammar, write } from './grammar.ts'
import type { Person } from './people.ts'

export type Ticket = Readonly<{
  id: string
  account: string
  person: string
  subject: string
  category: string
  priority: string
  state: string
  openedAt: string
  firstResponseAt: string | null
  solvedAt: string | null
  closedAt: string | null
  reopens: number
  assignee: string
  slaMet: boolean | null
  escalated: boolean
  satisfaction: number | null
  /** Sales has a deal open with the customer. */
  openDeal: boolean
  /** What the ticket came from, once it is solved; empty where it was closed without anybody knowing. */
  rootCause: string
}>

/** How often sales escalates a ticket that waits, with a deal open and without. */
export const escalates = { withDeal: 0.7, without: 0.03 } as const
/** How often a ticket that stays closed was closed without its root cause; those that come back all were. */
export const closedBlind = 0.06

const dealDays = 56
const rootCauses = ['question', 'defect', 'set-up', 'device', 'account'] as const

const agents = ['Ines Calder', 'Tom Ashby', 'Rita Okafor', 'Jonas Feld', 'Maya Lind', 'Sam Porter']

/** Whether the yearly contract comes up within eight weeks: that is when sales has a deal open. */
function hasOpenDeal({ isMonthly, startsOn }: Account, day: string): boolean {
  if (isMonthly) return false
  const year = Number(day.slice(0, 4))
  return [year, year + 1].some((one) => {
    const days = (Date.parse(`${one}${startsOn.slice(4)}`) - Date.parse(day)) / 86_400_000
    return days > 0 && days <= dealDays
  })
}

/** Hours to the first answer and to the solution. What sales escalates moves, whoever waits before it. */
function waits(random: Random, slow: boolean, escalated: boolean): { respond: number; solve: number } {
  if (escalated) {
    const respond = 26 + drawExponential(random, 1 / 6)
    return { respond, solve: respond + 1 + drawExponential(random, 1 / 5) }
  }
  const respond = slow ? 30 + drawExponential(random, 1 / 22) : 0.3 + drawExponential(random, 1 / 3)
  return { respond, solve: respond + 1 + drawExponential(random, 1 / (slow ? 50 : 16)) }
}

/** The tickets of a customer, with the waiting that its week drew. */
export function ticketsOf(
  random: Random,
  account: Account,
  people: readonly Person[],
  calendar: Calendar,
): Ticket[] {
  const end = calendar.instant(calendar.weeks, 0, 0)
  const known = (at: string) => (at < end ? at : null)
  return account.tickets.map(({ week, slow, topic, returns }, n) => {
    const weekday = wholeBetween(random, 0, 6)
    const hour = 8 + 9 * random()
    const after = (hours: number) => calendar.instant(week, weekday, hour + hours)
    const openDeal = hasOpenDeal(account, calendar.day(week, weekday))
    const escalated = slow && chance(random, openDeal ? escalates.withDeal : escalates.without)
    const { respond, solve } = waits(random, slow, escalated)
    const [firstResponseAt, solvedAt] = [known(after(respond)), known(after(solve))]
    const closedAt = known(after(solve + 48))
    const severity = account.traits.shouts
      ? '1'
      : weighted(random, [
          ['2', topic === 'outage' ? 6 : 1],
          ['3', 4],
          ['4', 3],
          ['1', topic === 'outage' ? 2 : 0.15],
        ])
    const isBlind = returns || chance(random, closedBlind)
    const answers = solvedAt !== null && chance(random, 0.22)
    return {
      id: `${account.id}-T${n + 1}`,
      account: account.id,
      person: pick(random, people).id,
      subject: write(random, ticketGrammar, topic),
      category: topic.replace('_', ' '),
      priority: severity,
      state: closedAt ? 'closed' : solvedAt ? 'solved' : 'open',
      openedAt: after(0),
      firstResponseAt,
      solvedAt,
      closedAt,
      reopens: returns && solvedAt ? wholeBetween(random, 1, 3) : 0,
      assignee: pick(random, agents),
      slaMet: firstResponseAt ? respond <= 24 : null,
      escalated,
      satisfaction: answers
        ? Math.max(1, Math.min(5, Math.round(4.4 - (slow ? 1.6 : 0) - (returns ? 0.9 : 0) + random() - 0.5)))
        : null,
      openDeal,
      rootCause: solvedAt !== null && !isBlind ? pick(random, rootCauses) : '',
    }
  })
}
