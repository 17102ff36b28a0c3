import type { EventFilter, EventType } from './queries.ts'

export const tabs = ['stream', 'names', 'rejected', 'waiting'] as const
export type Tab = (typeof tabs)[number]
export const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const
export type Span = keyof typeof spans
export const eventTypes: readonly EventType[] = ['track', 'page', 'screen', 'identify', 'group', 'alias']

/** What the address of the page says. */
export interface Address {
  tab?: Tab
  type?: EventType
  name?: string
  key?: string
  account?: string
  user?: string
  state?: 'counted' | 'waiting'
  span?: Span
  /** 'YYYY-MM-DD', UTC. */
  day?: string
  /** The event, or the name as "type name", that is looked at. */
  at?: string
  /** The reason of rejected events. */
  reason?: string
}

/** What every tab needs to know: where the person is in the page, and in time. */
export interface Explorer {
  address: Address
  go: (change: Partial<Record<keyof Address, string | undefined>>, replace?: boolean) => void
  timeZone: string
  /** 'YYYY-MM-DD' in the time zone of the workspace. */
  today: string
  mayAdmin: boolean
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads the address; what it does not know is left out. */
export function readAddress(search: Readonly<Record<string, unknown>>): Address {
  const text = (field: string, most: number): string | undefined => {
    const value = search[field]
    // An address of digits alone comes as a number.
    const said = typeof value === 'number' ? String(value) : value
    return typeof said === 'string' && said !== '' && said.length <= most ? said : undefined
  }
  const oneOf = <T extends string>(field: string, known: readonly T[]): T | undefined =>
    known.find((one) => one === search[field])
  const id = (field: string) => {
    const value = text(field, 36)
    return value && uuid.test(value) ? value : undefined
  }
  const day = (value: string | undefined) => (value && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined)
  const found = {
    tab: oneOf('tab', tabs),
    type: oneOf('type', eventTypes),
    name: text('name', 512),
    key: id('key'),
    account: id('account'),
    user: text('user', 255),
    state: oneOf('state', ['counted', 'waiting'] as const),
    day: day(text('day', 10)),
    span: oneOf('span', Object.keys(spans) as Span[]),
    at: text('at', 700),
    reason: text('reason', 64),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Address
}

const filterFields = ['type', 'name', 'key', 'account', 'user', 'state', 'day', 'span'] as const
export type FilterField = (typeof filterFields)[number]

export const filtersOf = (address: Address): FilterField[] =>
  filterFields.filter((field) => address[field] !== undefined)

/** The question that the address asks, with spans as an instant before `now` (ms). */
export function filterOf(
  { type, name, key, account, user, state, day, span }: Address,
  now: number,
): EventFilter {
  return {
    ...(type && { type }),
    ...(name && { name }),
    ...(key && { key }),
    ...(account && { account }),
    ...(user && { user }),
    ...(state && { state }),
    ...(day && { day }),
    ...(span && { since: new Date(now - spans[span]).toISOString() }),
  }
}
