import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { bootstrapInterval, jackknifeAcceleration } from './bootstrap.ts'
import { clustersOf, rowsOfClusters } from './clusters.ts'

const days = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const lsat = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
const gpa = [3.39, 3.3, 2.81, 3.03, 3.44, 3.07, 3.0, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]

const meanOf = (values: readonly number[]) => (sample: Int32Array) => {
  let sum = 0
  for (const unit of sample) sum += values[unit]!
  return sum / sample.length
}

const correlation = (sample: Int32Array) => {
  const mean = (values: readonly number[]) => meanOf(values)(sample)
  const [x, y] = [mean(lsat), mean(gpa)]
  let [xy, xx, yy] = [0, 0, 0]
  for (const unit of sample) {
    const [dx, dy] = [lsat[unit]! - x, gpa[unit]! - y]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return xy / Math.sqrt(xx * yy)
}

const leftOut = (units: number, statistic: (sample: Int32Array) => number) =>
  Array.from({ length: units }, (_, out) =>
    statistic(Int32Array.from({ length: units }, (_, unit) => unit).filter((unit) => unit !== out)),
  )

describe('acceleration', () => {
  // R: L <- mean(t) - t; sum(L^3) / (6 * sum(L^2)^1.5)
  it.each([
    ['mean of doubling days', leftOut(10, meanOf(days)), 0.09288918604604936],
    ['correlation of the law schools', leftOut(15, correlation), -0.07567156493786438],
  ])('of the %s', (_, values, expected) => {
    expect(jackknifeAcceleration(values)).toBeCloseTo(expected, 12)
  })

  it('is 0 without skewness and needs two values', () => {
    expect(jackknifeAcceleration([1, 2, 3])).toBe(0)
    expect(jackknifeAcceleration([4, 4])).toBe(0)
    expect(() => jackknifeAcceleration([1])).toThrow(expect.objectContaining({ code: 'not_enough_data' }))
  })
})

describe('bootstrap interval', () => {
  // R, 400,000 resamples, BCa by Efron (1987): quantile(t, levels, type = 6)
  it.each([
    ['bca' as const, 'mean', 10, meanOf(days), [34.6, 257.7], 49.4653],
    ['percentile' as const, 'mean', 10, meanOf(days), [21.8, 211.9], 49.4653],
    ['bca' as const, 'correlation', 15, correlation, [0.33316, 0.94215], 0.133479],
    ['percentile' as const, 'correlation', 15, correlation, [0.45993, 0.96204], 0.133479],
  ])('%s of a %s comes near that of 400,000 resamples', async (method, _, units, statistic, ends, error) => {
    const found = await bootstrapInterval(units, statistic, seededRandom(5), { method, rounds: 40_000 })
    const spread = ends[1]! - ends[0]!
    expect(Math.abs(found.interval[0] - ends[0]!)).toBeLessThan(0.03 * spread)
    expect(Math.abs(found.interval[1] - ends[1]!)).toBeLessThan(0.03 * spread)
    expect(found.standardError / error).toBeCloseTo(1, 1)
    expect(Math.abs(found.bias)).toBeLessThan(0.1 * error)
  })

  it('resamples whole clusters', async () => {
    // R: the ratio sum(events) / sum(months) of resampled accounts, 400,000 times
    const events = [3, 0, 1, 5, 0, 2, 1, 0, 4, 0, 1, 0]
    const months = [12, 3, 8, 20, 2, 15, 6, 9, 14, 1, 7, 10]
    const accountOf = months.flatMap((length, account) => Array<number>(length).fill(account))
    const left = months.flatMap((length, account) =>
      Array.from({ length }, (_, month) => Number(month < events[account]!)),
    )
    const accounts = clustersOf(accountOf)
    const rate = (sample: Int32Array) => meanOf(left)(rowsOfClusters(accounts, sample))
    const found = await bootstrapInterval(accounts.count, rate, seededRandom(3), { rounds: 10_000 })
    expect(found.estimate).toBeCloseTo(17 / 107, 14)
    expect(found.interval[0]).toBeCloseTo(0.0879, 2)
    expect(found.interval[1]).toBeCloseTo(0.2191, 2)
    expect(found.standardError).toBeCloseTo(0.0343, 3)
    const alone = await bootstrapInterval(left.length, meanOf(left), seededRandom(3), { rounds: 2000 })
    expect(alone.standardError).toBeCloseTo(Math.sqrt(((17 / 107) * (90 / 107)) / 107), 2)
  })

  it('is the same for the same seed, and moves with its values', async () => {
    const options = { rounds: 300 }
    const first = await bootstrapInterval(10, meanOf(days), seededRandom(9), options)
    expect(await bootstrapInterval(10, meanOf(days), seededRandom(9), options)).toEqual(first)
    const moved = days.map((day) => 3 * day + 7)
    const second = await bootstrapInterval(10, meanOf(moved), seededRandom(9), options)
    expect(second.interval[0]).toBeCloseTo(3 * first.interval[0] + 7, 9)
    expect(second.interval[1]).toBeCloseTo(3 * first.interval[1] + 7, 9)
  })

  it('of half of a few is even about the half, though many resamples equal it', async () => {
    const halves = Array.from({ length: 20 }, (_, i) => i % 2)
    const { interval } = await bootstrapInterval(20, meanOf(halves), seededRandom(12), { rounds: 10_000 })
    expect(Math.abs(interval[0] + interval[1] - 1)).toBeLessThan(0.051)
  })

  it('finds nearly the same acceleration from groups as from units', async () => {
    const random = seededRandom(4)
    const values = Array.from({ length: 400 }, () => -Math.log(1 - random()))
    const [one, many] = await Promise.all(
      [400, 100].map((jackknifeGroups) =>
        bootstrapInterval(400, meanOf(values), seededRandom(8), { jackknifeGroups }),
      ),
    )
    expect(many!.interval[0]).toBeCloseTo(one!.interval[0], 2)
    expect(many!.interval[1]).toBeCloseTo(one!.interval[1], 2)
  })

  it('covers the mean of skewed values about as often as it says', async () => {
    const random = seededRandom(17)
    let covered = 0
    for (let study = 0; study < 200; study += 1) {
      const values = Array.from({ length: 40 }, () => -Math.log(1 - random()))
      const { interval } = await bootstrapInterval(40, meanOf(values), random, { rounds: 400, level: 0.9 })
      if (interval[0] <= 1 && interval[1] >= 1) covered += 1
    }
    // 0.9 of 200 with four standard errors of luck, and a little for 40 values.
    expect(covered).toBeGreaterThan(160)
    expect(covered).toBeLessThan(198)
  })

  it('says when there is too little, no variation, or no statistic', async () => {
    const one = seededRandom(1)
    const code = (expected: string) => expect.objectContaining({ code: expected })
    await expect(bootstrapInterval(1, () => 1, one)).rejects.toThrow(code('bad_input'))
    await expect(bootstrapInterval(5, () => 1, one, { rounds: 5 })).rejects.toThrow(code('bad_input'))
    await expect(bootstrapInterval(5, () => 0, one)).rejects.toThrow(code('no_variation'))
    await expect(bootstrapInterval(5, () => Number.NaN, one)).rejects.toThrow(code('not_enough_data'))
    const fragile = (sample: Int32Array) => (new Set(sample).size < 3 ? Number.NaN : sample[0]!)
    await expect(bootstrapInterval(3, fragile, one)).rejects.toThrow(code('not_enough_data'))
  })

  it('leaves out the few resamples that have no statistic, and counts them', async () => {
    const value = (sample: Int32Array) =>
      sample.every((unit) => unit === sample[0]) ? Number.NaN : sample[0]!
    const found = await bootstrapInterval(4, value, seededRandom(2), { method: 'percentile' })
    expect(found.undefinedRounds).toBeGreaterThan(10)
    expect(found.undefinedRounds).toBeLessThan(60)
  })

  it('tells how far it is and stops when asked', async () => {
    const shares: number[] = []
    const abort = new AbortController()
    const onProgress = (share: number) => {
      shares.push(share)
      if (share > 0.5) abort.abort()
    }
    const work = bootstrapInterval(10, meanOf(days), seededRandom(1), { onProgress, signal: abort.signal })
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'aborted' }))
    expect(shares.at(-1)).toBeCloseTo(0.5, 2)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
  })
})
