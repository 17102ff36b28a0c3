import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { powerScaleOf, thresholdOf, type Intensity } from './power.ts'

const users = (count: number, of: (index: number) => Partial<Intensity>): Intensity[] =>
  Array.from({ length: count }, (_, index) => ({ segment: null, size: 10, events: 1, ...of(index) }))

const isPower = (scale: ReturnType<typeof powerScaleOf>, { segment, size, events }: Intensity) =>
  events >= thresholdOf(scale, segment, size)!.events

describe('the line above which users are power users', () => {
  it('lies at the top twentieth', () => {
    const all = users(200, (index) => ({ events: index + 1 }))
    const scale = powerScaleOf(all)
    expect(all.filter((user) => isPower(scale, user)).map(({ events }) => events)).toEqual([
      191, 192, 193, 194, 195, 196, 197, 198, 199, 200,
    ])
  })

  it('takes off what the size of the account explains', () => {
    // Users of large accounts do ten times as much; in each size one of twenty does three times as much as the others.
    const all = users(400, (index) => {
      const size = index % 2 === 0 ? 10 : 1_000
      return { size, events: size * (index % 40 < 2 ? 30 : 10) + (index % 7) }
    })
    const scale = powerScaleOf(all)
    const power = all.filter((user) => isPower(scale, user))
    expect(power).toHaveLength(20)
    expect(power.filter(({ size }) => size === 10)).toHaveLength(10)
  })

  it('is drawn inside the segment where it has users enough, else among all', () => {
    const large = users(100, (index) => ({ segment: 'Large', events: 1_000 + index }))
    const small = users(60, (index) => ({ segment: 'Small', events: 1 + index }))
    const scale = powerScaleOf([...large, ...small])
    expect(thresholdOf(scale, 'Large', 10)).toMatchObject({ segment: 'Large', among: 100 })
    expect(thresholdOf(scale, 'Small', 10)).toMatchObject({ segment: null, among: 160 })
    expect(thresholdOf(scale, null, 10)).toMatchObject({ segment: null })
  })

  it('is not drawn among too few', () => {
    const scale = powerScaleOf(users(39, (index) => ({ events: index })))
    expect(scale).toEqual({ users: 39, all: null, segments: [] })
    expect(thresholdOf(scale, null, 10)).toBeNull()
  })

  it('never makes more than a twentieth power users, but for those who do exactly as much', () => {
    const intensity = fc.record({
      segment: fc.constantFrom(null, 'A', 'B'),
      size: fc.integer({ min: 1, max: 5_000 }),
      events: fc.integer({ min: 1, max: 100_000 }),
    })
    fc.assert(
      fc.property(fc.array(intensity, { minLength: 40, maxLength: 400 }), (all) => {
        const scale = powerScaleOf(all)
        const line = scale.all!
        const rest = ({ events, size }: Intensity) => Math.log1p(events) - line.slope * Math.log(size)
        const above = all.filter(
          (user) => user.events >= thresholdOf({ ...scale, segments: [] }, null, user.size)!.events,
        )
        expect(above.length).toBeGreaterThan(0)
        const cut = Math.min(...above.map(rest))
        expect(above.filter((user) => rest(user) > cut + 1e-6).length).toBeLessThanOrEqual(all.length / 20)
      }),
    )
  })
})
