import { sql, type RawBuilder } from 'kysely'
import type { ChurnSays } from '../model.ts'
import type { Scope } from './pieces.ts'
import { stackOf } from './stack.ts'

/** Whether something paid began after the last churn event; null without an event. */
const cameBack = sql`(coalesce(max(from_on) filter (where source = 'subscriptions' and amount > 0), '-infinity')
  > max(on_day) filter (where source = 'churn_events'))`

/** Whether something runs that brings money, which a credit note does not; null where nothing ever did. */
const runs = sql`bool_or(stays) filter (where source = 'subscriptions' and amount > 0)`

/**
 * What each source says, as aggregates over the stack of an account. Churn events stop saying that a customer left once
 * something paid begins after the last of them: then they say that it stays, or nothing when that has ended too.
 */
export const saysColumns = sql`
  not ${runs} as subscriptions_left,
  case when not ${runs} then max(on_day) filter (where source = 'subscriptions' and amount > 0) end as subscriptions_on,
  case when not ${cameBack} then true
    when ${cameBack} and ${runs} then false end as churn_events_left,
  case when not ${cameBack} then max(on_day) filter (where source = 'churn_events') end as churn_events_on,
  not bool_or(stays) filter (where source = 'flag') as flag_left`

/** `says`: the sources' own words about each account, as columns `<source>_left` and `<source>_on`. */
export const saysOf = (
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): RawBuilder<unknown> => sql`
  ${stackOf(ctx, accountIds, day)},
  says as (select account_id, ${saysColumns} from stack group by account_id)`

export type SaysRow = Readonly<{
  subscriptionsLeft: boolean | null
  subscriptionsOn: string | null
  churnEventsLeft: boolean | null
  churnEventsOn: string | null
  flagLeft: boolean | null
}>

export const toSays = (row: SaysRow): ChurnSays => {
  const said = (left: boolean | null, on: string | null) => (left === null ? null : { left, on })
  return {
    subscriptions: said(row.subscriptionsLeft, row.subscriptionsOn),
    churn_events: said(row.churnEventsLeft, row.churnEventsOn),
    flag: said(row.flagLeft, null),
  }
}
