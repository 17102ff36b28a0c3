import type { Random } from '../../stats/random/seeded-random.ts'
import type { Account } from './accounts.ts'
import type { Calendar } from './calendar.ts'
import { chance, pick, wholeBetween } from './chance.ts'
import { messageGrammar, write } from './grammar.ts'
import { isLive } from './lifecycle.ts'
import type { Person } from './people.ts'

export type Message = Readonly<{
  id: string
  account: string
  person: string
  direction: 'in' | 'out'
  channel: 'email' | 'call' | 'chat'
  at: string
  subject: string
  body: string
  minutes: number | null
}>

const subjects: Readonly<Record<string, string>> = {
  question: 'Question',
  annoyed: 'Still open',
  fine: 'Re: checking in',
  reply: 'Re: your question',
  welcome: 'Welcome',
  call: 'Call',
  changed_need: 'Our work has changed',
  sponsor_left: 'New contact',
  price: 'The new price',
}

/** What befell a customer and is told by half of those whom it befell, two weeks later. */
const tellings = [
  ['needWeek', 'changed_need'],
  ['sponsorWeek', 'sponsor_left'],
  ['priceWeek', 'price'],
] as const
const tells = 0.5

/** What a customer writes in a week; null when it says nothing. The silent fall silent before they leave. */
function said(random: Random, account: Account, week: number): 'question' | 'annoyed' | 'fine' | null {
  const parting = account.departures.find(
    (departure) => week < departure.week && week >= departure.week - departure.lead,
  )
  const rate = account.isEstimator ? 0.025 : 0.06
  if (parting && account.traits.silent) return null
  if (parting) return chance(random, rate * 4) ? (account.traits.masks ? 'fine' : 'annoyed') : null
  if (!chance(random, rate)) return null
  const trust = account.trustPath.findLast((point) => point.week <= week)?.trust ?? account.anchor
  return chance(random, 0.9 * (1 - trust)) ? 'annoyed' : 'question'
}

/** Messages of a customer and of the team; nobody contacts estimators at the start before the change. */
export function messagesOf(
  random: Random,
  account: Account,
  people: readonly Person[],
  calendar: Calendar,
  changeWeek: number,
): Message[] {
  const messages: Message[] = []
  const add = (
    week: number,
    kind: string,
    direction: 'in' | 'out',
    channel: Message['channel'],
    hours: number,
    weekday: number,
  ) => {
    const day = calendar.day(week)
    const there = people.filter(({ since, leftOn }) => since <= day && (leftOn === null || leftOn > day))
    const person = pick(random, there.length > 0 ? there : people)
    messages.push({
      id: `${account.id}-M${messages.length + 1}`,
      account: account.id,
      person: person.id,
      direction,
      channel,
      at: calendar.instant(week, weekday, hours),
      subject: subjects[kind] ?? kind,
      body: write(random, messageGrammar, kind),
      minutes: channel === 'call' ? wholeBetween(random, 8, 45) : null,
    })
  }
  const told = tellings.flatMap(([when, kind]) =>
    account[when] !== null && chance(random, tells) ? [{ week: account[when] + 2, kind }] : [],
  )
  for (let week = Math.max(0, account.startWeek); week < calendar.weeks; week += 1) {
    if (!isLive(account, week)) continue
    const news = told.find((one) => one.week === week)
    if (news) add(week, news.kind, 'in', 'email', 8 + 8 * random(), wholeBetween(random, 0, 4))
    const weekday = wholeBetween(random, 0, 4)
    if (week === account.startWeek && (!account.isEstimator || week >= changeWeek))
      add(week, 'welcome', 'out', 'email', 10, Math.min(6, weekday + 1))
    const kind = said(random, account, week)
    const hour = 8 + 9 * random()
    if (kind) {
      add(week, kind, 'in', chance(random, 0.85) ? 'email' : 'chat', hour, weekday)
      if (kind !== 'fine' && chance(random, account.isEstimator && week < changeWeek ? 0.5 : 0.9))
        add(
          week,
          'reply',
          'out',
          'email',
          hour + (account.isEstimator && week < changeWeek ? 47 : 4),
          weekday,
        )
    }
    if (!account.isEstimator && chance(random, 0.03)) add(week, 'call', 'out', 'call', hour, weekday)
  }
  return messages
}
