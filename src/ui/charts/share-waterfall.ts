import { percentDecimals, roundParts } from '../format.ts'
import type { WaterfallPart } from './waterfall-rows.ts'

/** A share (0 to 1) with its interval, and the contributions that add up to it, the base first. */
export interface ShareParts {
  value: number | null
  low: number | null
  high: number | null
  contributions: readonly { code: string; params: Record<string, unknown>; amount: number }[]
}

/** What `Waterfall` draws, in percent. */
export interface ShareWaterfall {
  base: WaterfallPart
  parts: WaterfallPart[]
  total: number
  interval: [number, number] | null
  decimals: number
}

/**
 * A share as base, parts and total in percent, with the decimals that its smallest end needs and one at least: the parts
 * as shown add up to the total as shown. Null where the share or its parts are not known.
 */
export function shareWaterfall(
  { value, low, high, contributions }: ShareParts,
  name: (code: string, params: Record<string, unknown>) => Omit<WaterfallPart, 'value'>,
): ShareWaterfall | null {
  if (value === null || contributions.length === 0) return null
  const decimals = percentDecimals([value, low, high], 1)
  const shown = roundParts(
    contributions.map(({ amount }) => amount * 100),
    value * 100,
    decimals,
  )
  const [base, ...parts] = contributions.map(({ code, params }, i) => ({
    ...name(code, params),
    value: shown[i]!,
  }))
  return {
    base: base!,
    parts,
    total: Math.round(value * 100 * 10 ** decimals) / 10 ** decimals,
    interval: low === null || high === null ? null : [low * 100, high * 100],
    decimals,
  }
}
