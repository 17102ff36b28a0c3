/** Why a customer leaves, truly. */
export const causes = [
  'copying',
  'slow_help',
  'no_contact',
  'usability',
  'changed_need',
  'sponsor_left',
  'unfinished_onboarding',
  'outage',
  'price',
  'export_fault',
  'closed_without_cause',
  'wrong_solution_sold',
] as const
export type Cause = (typeof causes)[number]

export const destinations = ['rival', 'nothing', 'out_of_business'] as const
export type Destination = (typeof destinations)[number]
