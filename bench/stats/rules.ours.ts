import { associationRules } from '../../src/stats/patterns/association-rules.ts'
import { frequentItemsets } from '../../src/stats/patterns/frequent-itemsets.ts'
import { mining, readBaskets } from './baskets.ts'
import { measure } from './measure.ts'

void measure(
  async (folder) => {
    const baskets = readBaskets(folder)
    return frequentItemsets(baskets, mining(baskets))
  },
  (itemsets) => associationRules(itemsets),
  ({ tested, rules }) => {
    const sum = (of: (rule: (typeof rules)[number]) => number) =>
      rules.reduce((total, rule) => total + of(rule), 0)
    return {
      tested: [tested],
      rules: [rules.length],
      sums: [
        sum(({ lift }) => lift),
        sum(({ improvement }) => improvement),
        sum(({ adjustedP }) => adjustedP),
        sum(({ p }) => p),
      ],
      limits: [
        sum(({ liftInterval }) => liftInterval?.[0] ?? NaN),
        sum(({ liftInterval }) => liftInterval?.[1] ?? NaN),
      ],
    }
  },
)
