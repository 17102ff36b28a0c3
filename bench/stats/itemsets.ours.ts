import { frequentItemsets } from '../../src/stats/patterns/frequent-itemsets.ts'
import { measure } from './measure.ts'
import { mining, readBaskets } from './baskets.ts'

void measure(
  readBaskets,
  (baskets) => frequentItemsets(baskets, mining(baskets)),
  ({ offsets, counts }) => {
    const bySize = [0, 0, 0, 0]
    const sums = [0, 0, 0, 0]
    counts.forEach((count, set) => {
      const size = offsets[set + 1]! - offsets[set]!
      bySize[size - 1]!++
      sums[size - 1]! += count
    })
    return { bySize, sums }
  },
)
