import type { Random } from '../../stats/random/seeded-random.ts'
import { chance } from './chance.ts'
import type { Cause } from './causes.ts'

/** What an autopsy finds: where the company itself had a part in a departure. */
export const autopsyCauses = [
  'wrong_solution_sold',
  'product_design_or_test',
  'sales_knowledge_not_recorded',
  'recorded_but_not_visible',
  'services_scoping_or_delivery',
  'real_flaw_that_takes_time',
  'provisioning',
  'onboarding',
  'support_closed_without_root_cause',
  'success_missed_clues',
] as const
export type AutopsyCause = (typeof autopsyCauses)[number]

/** The part of the company in each reason to leave; null where the reason is the customer's own. */
const mainCause: Readonly<Record<Cause, AutopsyCause | null>> = {
  copying: 'product_design_or_test',
  slow_help: 'support_closed_without_root_cause',
  no_contact: 'success_missed_clues',
  usability: 'product_design_or_test',
  changed_need: null,
  sponsor_left: 'success_missed_clues',
  unfinished_onboarding: 'onboarding',
  outage: 'provisioning',
  price: null,
  export_fault: 'real_flaw_that_takes_time',
  closed_without_cause: 'support_closed_without_root_cause',
  wrong_solution_sold: 'wrong_solution_sold',
}

/** How often each contributes to a departure beside its main cause. */
export const contributes: Readonly<Record<AutopsyCause, number>> = {
  wrong_solution_sold: 0.04,
  product_design_or_test: 0.06,
  sales_knowledge_not_recorded: 0.22,
  recorded_but_not_visible: 0.12,
  services_scoping_or_delivery: 0.08,
  real_flaw_that_takes_time: 0.05,
  provisioning: 0.05,
  onboarding: 0.1,
  support_closed_without_root_cause: 0.07,
  success_missed_clues: 0.15,
}

/** Where sales recorded nothing, nobody knew what to bring the customer in for. */
export const together = {
  causes: ['sales_knowledge_not_recorded', 'onboarding'],
  onboardingWhereSalesRecordedNothing: 0.45,
} as const

/** The causes that a departure had, its main one first. */
export function drawAutopsy(random: Random, cause: Cause): AutopsyCause[] {
  const main = mainCause[cause]
  const salesSilent = chance(random, contributes.sales_knowledge_not_recorded)
  const others = autopsyCauses.filter((other) => {
    if (other === 'sales_knowledge_not_recorded') return salesSilent
    const isPaired = other === 'onboarding' && salesSilent
    const holds = chance(random, isPaired ? together.onboardingWhereSalesRecordedNothing : contributes[other])
    return holds && other !== main
  })
  return main ? [main, ...others] : others
}
