import { z } from 'zod'

/** What a size may be, and what it is where nobody says. */
export const sizeLimits = {
  accounts: { least: 20, most: 200_000, usual: 1_200 },
  months: { least: 6, most: 60, usual: 24 },
  seed: { least: 0, most: 2_147_483_647, usual: 1 },
} as const

const whole = ({ least, most, usual }: { least: number; most: number; usual: number }) =>
  z.coerce.number().int().min(least).max(most).default(usual)

/** How large the company is, which of all companies it is, and the day before which everything in it happened. */
export const SampleSize = z.object({
  /** Customers live at the start. */
  accounts: whole(sizeLimits.accounts),
  months: whole(sizeLimits.months),
  /** Product events of a customer in a usual week, on average. */
  events: z.coerce.number().min(1).max(1_000).default(15),
  seed: whole(sizeLimits.seed),
  endsOn: z.iso.date(),
})
export type SampleSize = z.output<typeof SampleSize>

const pattern = /^Snapfold sample (\d+)x(\d+)x([\d.]+) seed (\d+) to (\d{4}-\d\d-\d\d)$/

/** What imports of the sample name as their source; it says which company that is, so that loading can go on. */
export const sourceOf = ({ accounts, months, events, seed, endsOn }: SampleSize): string =>
  `Snapfold sample ${accounts}x${months}x${events} seed ${seed} to ${endsOn}`

/** The company that a source names, or null when the source is not the sample. */
export function sizeOf(source: string): SampleSize | null {
  const [, accounts, months, events, seed, endsOn] = pattern.exec(source) ?? []
  return accounts ? SampleSize.parse({ accounts, months, events, seed, endsOn }) : null
}
