import { sql } from 'kysely'
import type { ChurnSays, Paying } from '../model.ts'
import type { Scope } from './pieces.ts'
import { saysColumns, toSays, type SaysRow } from './says.ts'
import { stackOf } from './stack.ts'

/** A subscription or invoice that is paid for on a day; `plan` is null for invoices. */
export type RunningPiece = Paying & Readonly<{ plan: string | null; currency: string; amountCents: number }>

/** What is known about an account's revenue on a day; every amount but `amountCents` in the workspace's currency. */
export type Standing = Readonly<{
  accountId: string
  /** Some subscription (a trial too) or invoice exists: revenue is known, even when it is nothing. */
  known: boolean
  saidRenewsOn: string | null
  firstPaidOn: string | null
  running: readonly RunningPiece[]
  says: ChurnSays
}>

type StandingRow = SaysRow &
  Pick<Standing, 'accountId' | 'known' | 'saidRenewsOn' | 'firstPaidOn'> &
  Readonly<{ running: RunningPiece[] | null }>

/** Gathers, for each account that `accountIds` count as, what its revenue readings rest on. */
export async function standingsOf(
  ctx: Scope,
  accountIds: readonly string[],
  day: string,
): Promise<Standing[]> {
  const { rows } = await sql<StandingRow>`
    with ${stackOf(ctx, accountIds, day)}
    select account_id, ${saysColumns}, bool_or(source = 'known') is true as known,
      max(renews_on) as said_renews_on, min(from_on) as first_paid_on,
      jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'plan', plan, 'currency', currency,
        'amountCents', round(amount), 'startsOn', from_on, 'endsOn', on_day, 'termMonths', term_months,
        'mrrCents', cents) order by from_on, id) filter (where id is not null and stays) as running
    from stack group by account_id order by account_id`.execute(ctx.pg)
  return rows.map(({ accountId, known, saidRenewsOn, firstPaidOn, running, ...says }) => ({
    accountId,
    known,
    saidRenewsOn,
    firstPaidOn,
    running: running ?? [],
    says: toSays(says),
  }))
}

/** Recurring revenue a month, or null when nothing is known of it. Below nothing (credit notes) counts as nothing. */
export function mrrOf({ known, running }: Pick<Standing, 'known' | 'running'>): number | null {
  const covered = running.flatMap(({ mrrCents }) => (mrrCents === null ? [] : [mrrCents]))
  if (!known || (covered.length === 0 && running.length > 0)) return null
  const sum = covered.reduce((total, cents) => total + cents, 0)
  return Math.max(0, sum)
}
