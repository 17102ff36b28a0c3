/** A line of business that buys Snapfold. */
export type Segment = Readonly<{
  name: string
  /** Weight among customers that are not estimators. */
  weight: number
  /** Share that pays a month at a time; the others sign for a year. */
  monthly: number
  /** Seats: the median, and the spread of their logarithm. */
  seats: number
  spread: number
  /** Calendar months (1 to 12) in which the trade rests. */
  quiet: readonly number[]
  /** What such companies are called. */
  trade: readonly string[]
}>

/** Estimators at auto body shops of one to three bays: half of the customers, a fifth of the revenue. */
export const estimators: Segment = {
  name: 'Auto body estimators, small shops',
  weight: 0,
  monthly: 1,
  seats: 3,
  spread: 0,
  quiet: [],
  trade: ['Auto Body', 'Collision', 'Body Shop', 'Paint & Body', 'Collision Repair', 'Body Works'],
}

const segment = (
  name: string,
  weight: number,
  monthly: number,
  seats: number,
  trade: readonly string[],
  quiet: readonly number[] = [],
): Segment => ({ name, weight, monthly, seats, spread: 0.6, quiet, trade })

export const otherSegments: readonly Segment[] = [
  segment('Auto body chains', 8, 0, 34, ['Collision Centers', 'Auto Body Group', 'Repair Network']),
  segment('Insurers', 4, 0, 70, ['Mutual', 'Insurance', 'Assurance', 'Casualty']),
  segment('Claims adjusters', 11, 0.25, 14, ['Adjusters', 'Claims Services', 'Claims Partners']),
  segment('Real-estate agencies', 13, 0.3, 12, ['Realty', 'Homes', 'Estate Agents', 'Properties']),
  segment('Property managers', 12, 0.15, 18, ['Property Management', 'Residential', 'Lettings']),
  segment('General contractors', 11, 0.1, 20, ['Builders', 'Construction', 'Contracting'], [1, 2]),
  segment('Restoration', 9, 0.15, 16, ['Restoration', 'Water & Fire Restoration', 'Dry-Out']),
  segment('Roofing', 10, 0.25, 11, ['Roofing', 'Roofers', 'Roof Systems'], [12, 1, 2]),
  segment('Home inspectors', 9, 0.6, 6, ['Home Inspections', 'Inspection Services'], [12, 1]),
  segment('Fleet repair', 7, 0.1, 22, ['Fleet Services', 'Truck Repair', 'Fleet Care']),
  segment('Appraisers', 6, 0.6, 7, ['Appraisals', 'Valuation', 'Appraisal Group']),
]

export const allSegments: readonly Segment[] = [estimators, ...otherSegments]
