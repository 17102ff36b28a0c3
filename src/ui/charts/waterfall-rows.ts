export interface WaterfallPart {
  label: string
  /** Why, in a few words. */
  detail?: string
  value: number
}

export interface WaterfallRow extends WaterfallPart {
  /** Where the bar begins and ends on the axis of the total. */
  from: number
  to: number
}

/**
 * Lays parts one after another. The base starts at zero. Throws a RangeError when base and parts, as shown with
 * `decimals`, do not sum to the shown total: round them with roundParts first.
 */
export function waterfallRows(
  base: WaterfallPart,
  parts: readonly WaterfallPart[],
  total: number,
  decimals: number,
): WaterfallRow[] {
  const units = (value: number) => Math.round(value * 10 ** decimals)
  const sum = [base, ...parts].reduce((before, { value }) => before + units(value), 0)
  if (sum !== units(total))
    throw new RangeError(`Shown parts sum to ${sum / 10 ** decimals}, the shown total is ${total}.`)
  let end = 0
  return [base, ...parts].map((part) => {
    const from = end
    end += part.value
    return { ...part, from, to: end }
  })
}

/** The axis that holds every bar and the interval, from zero or below. */
export function waterfallDomain(
  rows: readonly WaterfallRow[],
  interval: readonly [number, number] | null,
): [number, number] {
  const ends = [0, ...rows.map(({ to }) => to), ...(interval ?? [])]
  return [Math.min(...ends), Math.max(...ends)]
}
