/** Two-sided 95 % quantile of the normal distribution. */
const z95 = 1.959963984540054

/**
 * Wilson's score interval of a proportion, which stays inside [0, 1] and holds for few trials.
 *
 * E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212; the
 * same as R's prop.test(k, n, correct = FALSE).
 *
 * @throws RangeError unless trials > 0 and 0 <= successes <= trials
 */
export function wilsonInterval(successes: number, trials: number, z = z95): [low: number, high: number] {
  if (!(trials > 0 && successes >= 0 && successes <= trials))
    throw new RangeError(`No proportion of ${successes} in ${trials}.`)
  const share = successes / trials
  const scale = 1 + (z * z) / trials
  const middle = (share + (z * z) / (2 * trials)) / scale
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / scale
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
