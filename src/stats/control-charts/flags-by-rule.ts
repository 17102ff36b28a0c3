import type { ControlChart } from './control-chart.ts'
import { nelsonRule1, nelsonRule2 } from './nelson.ts'

/** A rule reads z-scores in order and answers which of them complete its pattern. */
export type Rule = (z: readonly number[]) => number[]

/** The two rules that a product may always show: one far point, and a lasting shift. Together one false alarm in 217 points. */
export const calmRules = { beyond: nelsonRule1, shift: nelsonRule2 } as const

/**
 * The rows of a chart that each rule flags. A pattern never reaches over a declared change.
 *
 * Source: the rules' own; each further rule adds false alarms, see `ruleRunLength`. Cost: O(points) a rule.
 *
 * @param rules by the names under which the rows are answered, such as `calmRules`
 * @throws StatsError bad_input from the rules
 * @example
 * flagsByRule(cChart([9, 9, 9, 9, 9, 9, 9, 9, 9, 40]), { beyond: nelsonRule1, shift: nelsonRule2 }) // { beyond: [9], shift: [8] }
 */
export function flagsByRule<Name extends string>(
  { points, stages }: ControlChart,
  rules: Readonly<Record<Name, Rule>>,
): Record<Name, number[]> {
  const flags = {} as Record<Name, number[]>
  for (const name of Object.keys(rules) as Name[]) {
    flags[name] = stages.flatMap(({ start, end }) => {
      const inStage = points.filter(({ row }) => row >= start && row < end)
      return rules[name](inStage.map(({ z }) => z)).map((i) => inStage[i]!.row)
    })
  }
  return flags
}
