import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { capability } from './capability.ts'
import { pistonRings, spcReference } from './classic-series.fixture.ts'

const refusal = (code: string) => expect.objectContaining({ code })

const indicesOf = (answer: ReturnType<typeof capability>) => {
  if (answer.kind !== 'indices') throw new Error(`The process is ${answer.kind}.`)
  return answer
}

const drawn = (seed: number, groups: number, size: number) => {
  const random = seededRandom(seed)
  return Array.from({ length: groups }, () =>
    Array.from({ length: size }, () => 10 + 0.5 * drawNormal(random)),
  )
}

describe('capability', () => {
  const rings = pistonRings().slice(0, 25)
  const specification = { low: 73.95, high: 74.05 }

  it('agrees with the piston rings', () => {
    const reference = spcReference.capability_pistonrings as Record<string, number>
    const answer = indicesOf(capability(rings, specification))
    expect(answer.outside).toMatchObject({ n: 125, count: 0, share: 0 })
    expectNear(answer.mean, reference.mean!, 1e-9)
    expectNear(answer.sigmaWithin, reference.sigma_within!, 1e-7)
    expectNear(answer.sigmaOverall, reference.sigma_overall!, 1e-7)
    expectNear(answer.cp!.value, reference.Cp!, 1e-7)
    expectNear(answer.cpk.value, reference.Cpk!, 1e-7)
    expectNear(answer.pp!.value, reference.Pp!, 1e-7)
    expectNear(answer.ppk.value, reference.Ppk!, 1e-7)
    const { Ppk_ci95_bissell: bissell, Pp_ci95: spread } = spcReference.capability_pistonrings as Record<
      string,
      number[]
    >
    answer.ppk.interval.forEach((end, i) => expectNear(end, bissell![i]!, 1e-7))
    answer.pp!.interval.forEach((end, i) => expectNear(end, spread![i]!, 1e-7))
  })

  it('gives no index of a process that is not stable, and still counts what lay outside', () => {
    const answer = capability(pistonRings(), { low: 73.95, high: 74.02 })
    expect(answer).toMatchObject({ kind: 'unstable', outside: { n: 200 } })
    expect(answer.outside.count).toBe(
      pistonRings()
        .flat()
        .filter((diameter) => diameter > 74.02).length,
    )
    if (answer.kind === 'unstable') expect(answer.rows).toContain(38)
  })

  it('says how many values it needs', () => {
    expect(capability(rings.slice(0, 9), specification)).toMatchObject({ kind: 'too_few', needed: 50 })
    expect(capability(rings.slice(0, 10), specification).kind).toBe('indices')
  })

  it('has no spread index of one limit', () => {
    const oneSided = indicesOf(capability(rings, { high: 74.05 }))
    const both = indicesOf(capability(rings, specification))
    expect(oneSided.cp).toBeNull()
    expect(oneSided.pp).toBeNull()
    // The mean is nearer to the upper limit, so that the lower one changes nothing.
    expect(oneSided.cpk).toEqual(both.cpk)
  })

  it('does not hang on unit or origin', () => {
    const groups = drawn(1, 30, 4)
    const plain = indicesOf(capability(groups, { low: 8, high: 11 }))
    const change = fc.tuple(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.integer({ min: -50, max: 50 }),
    )
    fc.assert(
      fc.property(change, ([scale, shift]) => {
        const to = (value: number) => scale * value + shift
        const changed = indicesOf(
          capability(
            groups.map((group) => group.map(to)),
            { low: to(8), high: to(11) },
          ),
        )
        expectNear(changed.cpk.value, plain.cpk.value, 1e-9)
        expectNear(changed.ppk.interval[0], plain.ppk.interval[0], 1e-9)
        expect(changed.skewness).toBeCloseTo(plain.skewness, 7)
      }),
      { numRuns: 15 },
    )
  })

  it.each([
    ['single values', 60, 1],
    ['ranges', 20, 5],
    ['standard deviations', 10, 12],
  ])('has intervals that hold the truth as often as they say, from %s', (_, groups, size) => {
    let [within, overall, spread, seen] = [0, 0, 0, 0]
    for (let seed = 1; seen < 150; seed++) {
      const answer = capability(drawn(seed, groups, size), { low: 8, high: 12 })
      if (answer.kind !== 'indices') continue
      const holds = ([low, high]: readonly [number, number]) => Number(low <= 4 / 3 && 4 / 3 <= high)
      seen += 1
      // The nearer limit is below both distances: Bissell's interval is of the index, whose truth is 4 / 3 as well.
      within += holds(answer.cpk.interval)
      overall += holds(answer.ppk.interval)
      spread += holds(answer.cp!.interval)
    }
    // 142.5 of 150 expected, standard error 2.7; stable samples are a little more alike than all.
    for (const held of [within, overall, spread]) {
      expect(held).toBeGreaterThanOrEqual(133)
      expect(held).toBeLessThan(150)
    }
  })

  it('tells skewed values', () => {
    const random = seededRandom(2)
    const even = Array.from({ length: 80 }, () => random())
    const skewnessOf = (values: number[]) =>
      indicesOf(
        capability(
          values.map((value) => [value]),
          { high: 2 },
        ),
      ).skewness
    expect(Math.abs(skewnessOf(even))).toBeLessThan(0.3)
    // Of the square of an even value: 0.6389.
    expect(Math.abs(skewnessOf(even.map((value) => value ** 2)) - 0.6389)).toBeLessThan(0.3)
  })

  it('refuses what cannot be judged', () => {
    expect(() => capability([], specification)).toThrow(refusal('bad_input'))
    expect(() => capability([[1, 2], [3]], specification)).toThrow(refusal('bad_input'))
    expect(() => capability([[1], [Number.NaN]], specification)).toThrow(refusal('bad_input'))
    expect(() => capability(rings, {})).toThrow(refusal('bad_input'))
    expect(() => capability(rings, { low: 2, high: 1 })).toThrow(refusal('bad_input'))
    const same = Array.from({ length: 60 }, () => [5])
    expect(() => capability(same, { high: 6 })).toThrow(refusal('no_variation'))
  })
})
