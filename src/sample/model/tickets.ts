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
}>

const agents = ['Ines Calder', 'Tom Ashby', 'Rita Okafor', 'Jonas Feld', 'Maya Lind', 'Sam Porter']

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
    const respond = slow ? 30 + drawExponential(random, 1 / 22) : 0.3 + drawExponential(random, 1 / 3)
    const solve = respond + 1 + drawExponential(random, 1 / (slow ? 50 : 16))
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
    // What has been answered late is escalated by sales where a deal is open.
    const escalated = !account.isMonthly && slow && chance(random, 0.4)
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
    }
  })
}
