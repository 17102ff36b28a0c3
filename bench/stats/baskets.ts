import type { Baskets } from '../../src/stats/patterns/baskets.ts'
import { readArray } from './arrays.ts'

export function readBaskets(folder: string): Baskets {
  const items = readArray(folder, 'items', 'u32')
  const most = items.reduce((greatest, item) => Math.max(greatest, item), 0)
  return {
    offsets: readArray(folder, 'offsets', 'u32'),
    items,
    labels: Array.from({ length: most + 1 }, (_, item) => `item ${item}`),
  }
}

/** Sets of up to four items in at least one basket of a hundred. */
export const mining = ({ offsets }: Baskets) => ({
  minCount: Math.ceil((offsets.length - 1) / 100),
  maxLength: 4,
})
