import { dayShort, duration, moneyWhole, type Money } from '../../../ui/format.ts'
import { dayAt, daysBetween } from '../../../ui/instant.ts'
import type { TimelineEntry, TimelineKind } from '../schema.ts'
import { entryWords } from './words.ts'

type Entry = Pick<TimelineEntry, 'at' | 'kind' | 'person' | 'user' | 'params' | 'recordId'>
type Tone = 'petrol' | 'rust' | 'none'

/** An entry in words: what happened, details, a quote, and what it came to. */
export interface EntryText {
  title: string
  text?: string
  quote?: string
  effect?: string
  tone: Tone
}

interface Place {
  currency: string
  timeZone: string
}

const textIn = (params: Entry['params'], name: string): string | null => {
  const value = params[name]
  return typeof value === 'string' && value !== '' ? value : null
}
const numberIn = (params: Entry['params'], name: string): number | null => {
  const value = params[name]
  return typeof value === 'number' ? value : null
}

const personOf = ({ person }: Entry): string | null =>
  person ? (person.name ?? entryWords('somebody')) : null
const userOf = ({ user }: Entry): string => user?.name ?? entryWords('us')

/** The quoted text, with a sign that there is more. */
function quoteOf({ params }: Entry): { quote?: string } {
  const text = textIn(params, 'text')
  if (text === null) return {}
  return { quote: params.cut === true ? entryWords('more', { text }) : text }
}

/** An amount with its sign, `+$200` or `−$200`. */
export function signedMoney(amount: Money): string {
  return amount.minor > 0 ? `+${moneyWhole(amount)}` : moneyWhole(amount)
}

const subjectOf = ({ params }: Entry): string => textIn(params, 'subject') ?? entryWords('noSubject')

function ticket(entry: Entry, name: 'ticketOpened' | 'ticketReopened'): EntryText {
  const priority = numberIn(entry.params, 'priority')
  return {
    title: subjectOf(entry),
    effect: entryWords(name, { priority: priority ?? 'none' }),
    tone: priority === 1 ? 'rust' : 'none',
  }
}

function solved(entry: Entry, { timeZone }: Place): EntryText {
  const openedAt = textIn(entry.params, 'openedAt')
  const days = openedAt ? daysBetween(dayAt(openedAt, timeZone), dayAt(entry.at, timeZone)) : 0
  return {
    title: subjectOf(entry),
    effect: days > 0 ? entryWords('ticketSolved', { days: `${days} d` }) : entryWords('ticketSolvedToday'),
    tone: 'petrol',
  }
}

function messageTitle(entry: Entry): string {
  const channel = textIn(entry.params, 'channel')
  const person = personOf(entry)
  if (channel === 'meeting') return person ? entryWords('met', { who: person }) : entryWords('metNobody')
  const ours = entry.params.direction === 'out'
  const from = ours ? userOf(entry) : (person ?? entryWords('somebody'))
  const to = ours ? person : (entry.user?.name ?? null)
  const name =
    channel === 'call' ? 'called' : channel === 'chat' ? 'chatted' : channel === 'email' ? 'wrote' : 'other'
  return to ? entryWords(`${name}To`, { from, to }) : entryWords(name, { from })
}

function message(entry: Entry): EntryText {
  const subject = textIn(entry.params, 'subject')
  const seconds = numberIn(entry.params, 'durationSeconds')
  return {
    title: messageTitle(entry),
    ...(subject && { text: subject }),
    ...quoteOf(entry),
    ...(seconds && { effect: entryWords('lasted', { time: duration(Math.max(1, seconds / 60)) }) }),
    tone: 'none',
  }
}

function answer(entry: Entry): EntryText {
  const [score, max] = [numberIn(entry.params, 'score'), numberIn(entry.params, 'scaleMax')]
  return {
    title: entryWords('answered', {
      who: personOf(entry) ?? entryWords('somebody'),
      survey: textIn(entry.params, 'survey') ?? '',
    }),
    ...(score !== null && { text: entryWords('score', { score: String(score), max: String(max ?? '') }) }),
    ...quoteOf(entry),
    tone: 'none',
  }
}

function left(entry: Entry, { currency }: Place): EntryText {
  const refund = numberIn(entry.params, 'refundCents')
  const text = textIn(entry.params, 'reason') ?? entryWords('noReason')
  return {
    title: entryWords(entry.params.isReactivation === true ? 'leftAgain' : 'left'),
    text,
    ...quoteOf(entry),
    ...(refund && {
      effect: entryWords('refund', {
        money: moneyWhole({ minor: refund, currency: textIn(entry.params, 'currency') ?? currency }),
      }),
    }),
    tone: 'rust',
  }
}

function movement(entry: Entry, { currency }: Place): EntryText {
  const kind = textIn(entry.params, 'movement') ?? ''
  const delta = numberIn(entry.params, 'deltaCents') ?? 0
  return {
    title: entryWords('movement', { kind }),
    effect: entryWords('movementText', {
      delta: signedMoney({ minor: delta, currency }),
      money: moneyWhole({ minor: numberIn(entry.params, 'mrrAfterCents') ?? 0, currency }),
    }),
    tone: delta < 0 ? 'rust' : 'petrol',
  }
}

const roleNames = ['buyer', 'champion', 'admin', 'user'] as const

function moved(entry: Entry, name: 'arrived' | 'gone'): EntryText {
  const who = personOf(entry) ?? entryWords('somebody')
  const role = roleNames.find((known) => known === entry.params.role)
  return {
    title: role
      ? entryWords(`${name}As`, { who, role: entryWords(`role_${role}`) })
      : entryWords(name, { who }),
    tone: 'none',
  }
}

function note(entry: Entry): EntryText {
  return { title: entryWords('noted', { who: userOf(entry) }), ...quoteOf(entry), tone: 'none' }
}

function taskDone(entry: Entry): EntryText {
  return {
    title: entryWords('taskDone', { title: textIn(entry.params, 'title') ?? '' }),
    ...(entry.user && { effect: entryWords('taskBy', { who: entry.user.name }) }),
    tone: 'none',
  }
}

const say: Readonly<Record<TimelineKind, (entry: Entry, place: Place) => EntryText>> = {
  ticket_opened: (entry) => ticket(entry, 'ticketOpened'),
  ticket_reopened: (entry) => ticket(entry, 'ticketReopened'),
  ticket_solved: solved,
  message,
  survey_answer: answer,
  note,
  task_done: taskDone,
  churn_event: left,
  revenue_movement: movement,
  person_arrived: (entry) => moved(entry, 'arrived'),
  person_left: (entry) => moved(entry, 'gone'),
}

/** Words an entry of the timeline. */
export const entryText = (entry: Entry, place: Place): EntryText => say[entry.kind](entry, place)

/** The day of an entry: those that know only a day keep it, whatever the time zone. */
export function entryDay(entry: Entry, today: string, dayAt: (instant: string) => string): string {
  return dayShort(textIn(entry.params, 'day') ?? dayAt(entry.at), today)
}

/** Where an entry stands in the page: links of other regions lead there. */
export function entryAnchor(kind: TimelineKind, key: string): string {
  return `entry-${kind}-${key}`
}

/** The anchor of an entry. Tickets are known by their own id, movements of revenue, which have none, by their day. */
export function anchorOf({ kind, recordId, params }: Entry): string {
  const key = kind === 'revenue_movement' ? textIn(params, 'day') : textIn(params, 'ticketId')
  return entryAnchor(kind, key ?? recordId)
}

export const entryGroups = {
  all: [],
  work: ['note', 'task_done'],
  messages: ['message'],
  tickets: ['ticket_opened', 'ticket_reopened', 'ticket_solved'],
  surveys: ['survey_answer'],
  revenue: ['revenue_movement', 'churn_event'],
  people: ['person_arrived', 'person_left'],
} as const satisfies Record<string, readonly TimelineKind[]>
export type EntryGroup = keyof typeof entryGroups
