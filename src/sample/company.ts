import type { Account } from './model/accounts.ts'
import { milestones } from './model/calendar.ts'
import { chance, pick, streamOf } from './model/chance.ts'
import { dropsOf, type Drop } from './model/drops.ts'
import { commentGrammar, write } from './model/grammar.ts'
import { isLive, simulateLives, type Lives } from './model/lifecycle.ts'
import { messagesOf, type Message } from './model/messages.ts'
import { peopleOf, type Person } from './model/people.ts'
import { answersOf, type Answer } from './model/surveys.ts'
import { ticketsOf, type Ticket } from './model/tickets.ts'
import { truthOf, type Truth } from './model/truth.ts'
import { usageOf, type UsageRow } from './model/usage.ts'
import { drawConstants, valueOf, valueWeeks, type AgreedConstants, type Value } from './model/value.ts'
import type { SampleSize } from './size.ts'

export type AccountRecord = Readonly<{
  id: string
  name: string
  domain: string
  /** Empty where sign-up did not ask. */
  segment: string
  region: string
  plan: string
  seats: number
  stage: string
  startedOn: string
  /** What a linked photo set is agreed to be worth; null where nothing is agreed. */
  agreed: AgreedConstants | null
}>

export type Subscription = Readonly<{
  id: string
  account: string
  plan: string
  seats: number
  /** Cents a month. */
  mrr: number
  termMonths: number
  startsOn: string
  endsOn: string | null
}>

export type ChurnEvent = Readonly<{
  id: string
  account: string
  onDay: string
  reason: string
  comment: string
  isReactivation: boolean
}>

/** Everything on record about the company, and beside it what is true. Counts of use are drawn when they are asked for. */
export type Company = Readonly<{
  accounts: readonly AccountRecord[]
  people: readonly Person[]
  subscriptions: readonly Subscription[]
  churnEvents: readonly ChurnEvent[]
  tickets: readonly Ticket[]
  messages: readonly Message[]
  answers: readonly Answer[]
  usage(): Generator<UsageRow>
  lives: Lives
  truth: Truth
}>

const regions = ['Northeast', 'Southeast', 'Midwest', 'Southwest', 'West'] as const

const constantsOf = (size: SampleSize, account: Account): AgreedConstants =>
  drawConstants(streamOf(size.seed, `value ${account.id}`), account)

/** What each customer that is there at the end got over the last weeks, beside what it paid; by its id. */
export function valuesOf({ lives, truth, usage }: Company): ReadonlyMap<string, Value> {
  const since = lives.calendar.day(lives.calendar.weeks - valueWeeks)
  const sets = new Map<string, number>()
  for (const { account, day, feature, count } of usage())
    if (feature === 'link' && day >= since && day < truth.size.endsOn)
      sets.set(account, (sets.get(account) ?? 0) + count)
  const settled = lives.accounts.filter(
    (account) => isLive(account, lives.calendar.weeks) && isLive(account, lives.calendar.weeks - valueWeeks),
  )
  return new Map(
    settled.map((account) => [
      account.id,
      valueOf(constantsOf(truth.size, account), sets.get(account.id) ?? 0, account.mrr),
    ]),
  )
}

/** What is true and not on record, as JSON; the same text for the same size, seed and last day. */
export function truthText(company: Company): string {
  const values = valuesOf(company)
  const accounts = company.truth.accounts.map((account) => ({
    ...account,
    value: values.get(account.id) ?? null,
  }))
  return JSON.stringify({ ...company.truth, accounts }, null, 1)
}

/** Sign-up asks for the segment only after the change; before, sales knows it of larger customers and a letter asks the rest. */
function segmentOnRecord(account: Account, lives: Lives, letterWeek: number, answers: boolean): string {
  const { segment, isMonthly, startWeek } = account
  if (!isMonthly || startWeek >= lives.changeWeek) return segment.name
  return answers && isLive(account, letterWeek) ? segment.name : ''
}

function accountRecord(size: SampleSize, account: Account, lives: Lives): AccountRecord {
  const random = streamOf(size.seed, `record ${account.id}`)
  const { calendar } = lives
  const letterWeek = calendar.weekOfMonth(milestones(size.months).segmentMail)
  const region = pick(random, regions)
  const answers = chance(random, 0.65)
  const now = calendar.weeks - 1
  const hasAgreed = chance(random, account.isEstimator ? 0.3 : 0.7)
  return {
    id: account.id,
    name: account.name,
    domain: account.domain,
    segment: segmentOnRecord(account, lives, letterWeek, answers),
    region,
    plan: account.isMonthly ? 'Monthly' : 'Annual',
    seats: account.seats,
    stage: now - account.startWeek < 13 ? 'onboarding' : 'adopting',
    startedOn: account.startsOn,
    agreed: hasAgreed ? constantsOf(size, account) : null,
  }
}

function subscriptionsOf(account: Account): Subscription[] {
  const all = account.stays.flatMap((stay) =>
    stay.changes.map(({ day, mrr, seats }, n) => ({
      account: account.id,
      plan: account.isMonthly ? 'Monthly' : 'Annual',
      seats,
      mrr,
      termMonths: account.isMonthly ? 1 : 12,
      startsOn: day,
      endsOn: stay.changes[n + 1]?.day ?? stay.endsOn,
    })),
  )
  return all.map((subscription, n) => ({ id: `${account.id}-S${n + 1}`, ...subscription }))
}

/** Few answer when they leave: most events carry neither reason nor comment. */
function churnEventsOf(size: SampleSize, account: Account): ChurnEvent[] {
  const random = streamOf(size.seed, `leaving ${account.id}`)
  const ends = account.stays.filter(({ endsOn }) => endsOn !== null)
  return account.departures.map(({ cause }, n) => {
    const answers = chance(random, 0.15)
    return {
      id: `${account.id}-C${n + 1}`,
      account: account.id,
      onDay: ends[n]?.endsOn ?? '',
      reason: answers ? cause.replaceAll('_', ' ') : '',
      comment: answers && chance(random, 0.7) ? write(random, commentGrammar, cause) : '',
      isReactivation: n > 0,
    }
  })
}

/** The company of that size and seed, the same every time. */
export function generateCompany(size: SampleSize): Company {
  const lives = simulateLives(size)
  const { calendar, changeWeek } = lives
  const people = new Map<Account, Person[]>()
  const drops = new Map<Account, Drop[]>()
  for (const account of lives.accounts) {
    people.set(account, peopleOf(streamOf(size.seed, `people ${account.id}`), account, calendar))
    drops.set(account, dropsOf(streamOf(size.seed, `drops ${account.id}`), account, calendar))
  }
  const peopleOfAccount = (account: Account) => people.get(account) ?? []
  const dropsOfAccount = (account: Account) => drops.get(account) ?? []
  const each = <T>(
    part: string,
    make: (random: ReturnType<typeof streamOf>, account: Account, of: Person[]) => T[],
  ) =>
    lives.accounts.flatMap((account) =>
      make(streamOf(size.seed, `${part} ${account.id}`), account, peopleOfAccount(account)),
    )
  return {
    accounts: lives.accounts.map((account) => accountRecord(size, account, lives)),
    people: [...people.values()].flat(),
    subscriptions: lives.accounts.flatMap(subscriptionsOf),
    churnEvents: lives.accounts.flatMap((account) => churnEventsOf(size, account)),
    tickets: each('tickets', (random, account, of) => ticketsOf(random, account, of, calendar)),
    messages: each('messages', (random, account, of) =>
      messagesOf(random, account, of, calendar, changeWeek),
    ),
    answers: each('answers', (random, account, of) => answersOf(random, account, of, calendar)),
    usage: () => usageOf(size, lives, dropsOfAccount, peopleOfAccount),
    lives,
    truth: truthOf(size, lives, dropsOfAccount),
  }
}
