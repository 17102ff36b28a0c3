import { normalCdf, normalUpperTail } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'
import { expectedSteps } from './expected-steps.ts'
import { isInside, type RunRule } from './run-rule.ts'

/** A stretch of z in which each rule counts a point or does not, and the chance of a point there. */
type Zone = Readonly<{ chance: number; counted: readonly boolean[] }>

function chanceBetween(low: number, high: number): number {
  return low > 0 ? normalUpperTail(low) - normalUpperTail(high) : normalCdf(high) - normalCdf(low)
}

function zonesOf(rules: readonly RunRule[], shift: number): Zone[] {
  const ends = rules.flatMap(({ inside }) => inside.flat()).filter(Number.isFinite)
  const cuts = [...new Set(ends)].sort((a, b) => a - b)
  return [Number.NEGATIVE_INFINITY, ...cuts].map((low, i) => {
    const high = cuts[i] ?? Number.POSITIVE_INFINITY
    const z =
      low === -high
        ? 0
        : Number.isFinite(low)
          ? Number.isFinite(high)
            ? (low + high) / 2
            : low + 1
          : high - 1
    return {
      chance: chanceBetween(low - shift, high - shift),
      counted: rules.map((rule) => isInside(rule, z)),
    }
  })
}

const bitsOf = (history: number): number => (history === 0 ? 0 : (history & 1) + bitsOf(history >>> 1))

/** Forgets the points that can no longer be part of a signal: too few others can join them in one window. */
function forget(history: number, { atLeast, of }: RunRule): number {
  let kept = history & ((1 << (of - 1)) - 1)
  for (let age = of - 1; age >= 1; age--) {
    const bit = 1 << (age - 1)
    if ((kept & bit) === 0) continue
    if (bitsOf(kept) + of - age >= atLeast) break
    kept &= ~bit
  }
  return kept
}

/** What each rule remembers after a point, newest in the lowest bit; undefined when one of them signals. */
function remember(
  rules: readonly RunRule[],
  histories: readonly number[],
  { counted }: Zone,
): number[] | undefined {
  const next: number[] = []
  for (let r = 0; r < rules.length; r++) {
    const rule = rules[r]!
    const window = (histories[r]! << 1) | Number(counted[r])
    if (counted[r] && bitsOf(window) >= rule.atLeast) return undefined
    next.push(forget(window, rule))
  }
  return next
}

const mostStates = 1000

/**
 * The average run length of a chart read with several rules at once: a Markov chain whose states are what the rules remember of
 * the last points, run until any of them signals.
 *
 * Source: C. W. Champ and W. H. Woodall, Exact results for Shewhart control charts with supplementary runs rules, Technometrics
 * 29 (1987) 393-399, table 1. Assumes normal, independent points and known limits. Rules that compare neighbours (Nelson's 3 and 4)
 * are no windows: take `simulatedRunLength`. Cost: O(states^3 / 3): 295 states for Western Electric's four rules, 7 ms.
 *
 * @param rules windows on z, as in `westernElectric` and `nelson`
 * @param shift of the mean in units of sigma
 * @throws StatsError bad_input for no rules, windows longer than 30 or more than 1,000 states; no_convergence for rules that no
 * point can complete
 * @example
 * const { rule1, rule2, rule3, rule4 } = westernElectric
 * ruleRunLength(rule1) // 370.398347
 * ruleRunLength([...rule1, ...rule2, ...rule3, ...rule4]) // 91.75
 * ruleRunLength([...rule1, ...rule2, ...rule3, ...rule4], 1) // 9.22
 */
export function ruleRunLength(rules: readonly RunRule[], shift = 0): number {
  const sized = ({ atLeast, of }: RunRule) =>
    Number.isInteger(of) && Number.isInteger(atLeast) && atLeast >= 1 && atLeast <= of && of <= 30
  insist(rules.length > 0 && rules.every(sized), 'A rule signals at 1 or more of up to 30 points.')
  insist(Number.isFinite(shift), `A shift is a number, not ${shift}.`)
  const zones = zonesOf(rules, shift)
  const states = [rules.map(() => 0)]
  const known = new Map([[states[0]!.join(), 0]])
  const moves: { from: number; to: number; chance: number }[] = []
  for (let from = 0; from < states.length; from++) {
    insist(
      states.length <= mostStates,
      'These rules remember more than 1,000 states: take fewer, or simulatedRunLength.',
    )
    for (const zone of zones) {
      const next = remember(rules, states[from]!, zone)
      const key = next?.join() ?? ''
      if (next && !known.has(key)) known.set(key, states.push(next) - 1)
      moves.push({ from, to: next ? known.get(key)! : -1, chance: zone.chance })
    }
  }
  const n = states.length
  const [stay, leave] = [new Float64Array(n * n), new Float64Array(n)]
  for (const { from, to, chance } of moves) {
    if (to < 0) leave[from] = leave[from]! + chance
    else stay[from * n + to] = stay[from * n + to]! + chance
  }
  return expectedSteps(stay, leave)[0]!
}
