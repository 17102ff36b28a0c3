import type { TabularLimits } from './limits.ts'
import { TabularError } from './tabular-error.ts'

type InflateLimits = Pick<TabularLimits, 'maxInflatedBytes' | 'ratioFloorBytes' | 'maxInflateRatio'>

/**
 * Refuses an archive that inflates beyond reason. Reading is a stream, so an archive can cost time but not memory:
 * the ratio is therefore judged only above a floor, and a very regular 2 GB table passes whatever its ratio.
 */
export const assertInflation = (
  inflatedBytes: number,
  compressedBytes: number,
  limits: InflateLimits,
): void => {
  const tooBig = inflatedBytes > limits.maxInflatedBytes
  const tooDense =
    inflatedBytes > limits.ratioFloorBytes && inflatedBytes > compressedBytes * limits.maxInflateRatio
  if (tooBig || tooDense) throw new TabularError('inflates_too_much', { inflatedBytes, compressedBytes })
}
