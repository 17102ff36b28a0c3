import { z } from 'zod'

/** How large the company is, which of all companies it is, and the day before which everything in it happened. */
export const SampleSize = z.object({
  /** Customers live at the start. */
  accounts: z.coerce.number().int().min(20).max(200_000).default(1_200),
  months: z.coerce.number().int().min(6).max(60).default(24),
  /** Product events of a customer in a usual week, on average. */
  events: z.coerce.number().min(1).max(1_000).default(15),
  seed: z.coerce.number().int().min(0).max(2_147_483_647).default(1),
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
