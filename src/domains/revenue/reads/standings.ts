import { sql } from 'kysely'
import type { ChurnSays, Paying } from '../model.ts'
import type { Scope } from './pieces.ts'
import { saysColumns, toSays, type SaysRow } from './says.ts'
import { stackOf, yearly } from './stack.ts'

/** A subscription or invoice that is paid for on a day; `plan` is null for invoices. */
export type RunningPiece = Paying &
  Readonly<{
    plan: string | null
    currency: string
    /** A month in `currency`, rounded. */
    amountCents: number
    /** A year in the workspace's currency, not rounded; null where no exchange rate is known. */
    yearCents: number | null
  }>

/** What is known about an account's revenue on a day; every amount but `amountCents` in the workspace's currency. */
export type Standing = Readonly<{
  accountId: string
  /** Some subscription (a trial too) or invoice exists: revenue is known, even when it is nothing. */
  known: boolean
  saidRenewsOn: string | null
  firstPaidOn: string | null
  running: readonly RunningPiece[]
  /** What all of it that has a rate brings a month and a year, each rounded once; never below nothing. */
  mrrCents: number
  arrCents: number
  says: ChurnSays
}>

type StandingRow = SaysRow &
  Pick<Standing, 'accountId' | 'known' | 'saidRenewsOn' | 'firstPaidOn' | 'mrrCents' | 'arrCents'> &
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
      max(renews_on) as said_renews_on, min(from_on) filter (where amount > 0) as first_paid_on,
      round(${yearly} / 12) as mrr_cents, round(${yearly}) as arr_cents,
      jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'plan', plan, 'currency', currency,
        'amountCents', round(amount / 12), 'startsOn', from_on, 'endsOn', on_day, 'termMonths', term_months,
        'mrrCents', round(cents / 12), 'yearCents', cents, 'pays', amount > 0) order by from_on, id) filter (where id is not null and stays) as running
    from stack group by account_id order by account_id`.execute(ctx.pg)
  return rows.map(
    ({ accountId, known, saidRenewsOn, firstPaidOn, mrrCents, arrCents, running, ...says }) => ({
      accountId,
      known,
      saidRenewsOn,
      firstPaidOn,
      running: running ?? [],
      mrrCents,
      arrCents,
      says: toSays(says),
    }),
  )
}

type Known = Pick<Standing, 'known' | 'running'>

const isKnown = ({ known, running }: Known): boolean =>
  known && (running.length === 0 || running.some(({ yearCents }) => yearCents !== null))

/** Recurring revenue a month, or null when nothing is known of it. Below nothing (credit notes) counts as nothing. */
export const mrrOf = (standing: Known & Pick<Standing, 'mrrCents'>): number | null =>
  isKnown(standing) ? standing.mrrCents : null

/** Recurring revenue a year, from what was stated: not twelve times the rounded month. Null as of `mrrOf`. */
export const arrOf = (standing: Known & Pick<Standing, 'arrCents'>): number | null =>
  isKnown(standing) ? standing.arrCents : null
