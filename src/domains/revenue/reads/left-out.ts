import type { LeftOut } from '../schema.ts'
import type { RunningPiece } from './standings.ts'

/** What is left out for want of a rate, added up by currency. */
export function sumByCurrency(parts: readonly LeftOut[]): LeftOut[] {
  const sums = new Map<string, LeftOut>()
  for (const { currency, mrrCents, subscriptions } of parts) {
    const sum = sums.get(currency) ?? { currency, mrrCents: 0, subscriptions: 0 }
    sums.set(currency, {
      currency,
      mrrCents: sum.mrrCents + mrrCents,
      subscriptions: sum.subscriptions + subscriptions,
    })
  }
  return [...sums.values()]
}

/** What no rate covers, summed in its own currency. */
export const leftOutOf = (running: readonly RunningPiece[]): LeftOut[] =>
  sumByCurrency(
    running
      .filter(({ mrrCents }) => mrrCents === null)
      .map(({ currency, amountCents }) => ({ currency, mrrCents: amountCents, subscriptions: 1 })),
  )
