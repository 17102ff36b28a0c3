import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { lbfgs, type ValueAndGradient } from './lbfgs.ts'
import { nelderMead } from './nelder-mead.ts'
import { newton, type ValueGradientHessian } from './newton.ts'

const rosenbrock: ValueAndGradient = (x, gradient) => {
  let value = 0
  gradient.fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const [u, v] = [x[i] as number, x[i + 1] as number]
    const bend = v - u * u
    value += 100 * bend * bend + (1 - u) ** 2
    gradient[i] = (gradient[i] as number) - 400 * u * bend - 2 * (1 - u)
    gradient[i + 1] = (gradient[i + 1] as number) + 200 * bend
  }
  return value
}

const rosenbrockHessian: ValueGradientHessian = (x, gradient, hessian) => {
  const [u, v] = [x[0] as number, x[1] as number]
  hessian.set([1200 * u * u - 400 * v + 2, -400 * u, -400 * u, 200])
  return rosenbrock(x, gradient)
}

/** A valley a million times as steep across as along, turned by 30 degrees, least at (3, -2). */
const valley: ValueGradientHessian = (x, gradient, hessian) => {
  const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
  const [du, dv] = [(x[0] as number) - 3, (x[1] as number) + 2]
  const [along, across] = [cos * du + sin * dv, cos * dv - sin * du]
  gradient[0] = cos * along - 1e6 * sin * across
  gradient[1] = sin * along + 1e6 * cos * across
  hessian.set([
    cos * cos + 1e6 * sin * sin,
    cos * sin * (1 - 1e6),
    cos * sin * (1 - 1e6),
    sin * sin + 1e6 * cos * cos,
  ])
  return (along * along + 1e6 * across * across) / 2
}

const alone = (f: ValueGradientHessian): ValueAndGradient => {
  const hessian = new Float64Array(4)
  return (x, gradient) => f(x, gradient, hessian)
}
const valueOf = (f: ValueAndGradient) => (x: Float64Array) => f(x, new Float64Array(x.length))

const distance = (at: Float64Array, to: readonly number[]) =>
  Math.max(...at.map((x, i) => Math.abs(x - (to[i] as number))))

describe('L-BFGS', () => {
  it.each([2, 10, 100])("walks Rosenbrock's valley in %d dimensions", (n) => {
    const start = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1))
    // In more than three dimensions a second, local minimum exists near (-1, 1, ..., 1).
    const found = lbfgs(rosenbrock, n === 2 ? start : start.map(() => 0.2))
    expect(found.kind).toBe('converged')
    expect(
      distance(
        found.at,
        start.map(() => 1),
      ),
    ).toBeLessThan(1e-6)
  })

  it('finds the floor of a narrow valley', () => {
    const found = lbfgs(alone(valley), [-40, 70])
    expect(found.kind).toBe('converged')
    expect(distance(found.at, [3, -2])).toBeLessThan(1e-6)
  })

  it('finds the least squares of many scales', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (target) => {
          const bowl: ValueAndGradient = (x, gradient) => {
            let value = 0
            target.forEach((goal, i) => {
              const scale = 10 ** ((i % 4) - 1)
              gradient[i] = scale * ((x[i] as number) - goal)
              value += (scale * ((x[i] as number) - goal) ** 2) / 2
            })
            return value
          }
          const found = lbfgs(
            bowl,
            target.map(() => 1),
          )
          expect(found.kind).toBe('converged')
          expect(distance(found.at, target)).toBeLessThan(1e-6)
        },
      ),
    )
  })

  it('steps back where the function has no value', () => {
    const withEdge: ValueAndGradient = (x, gradient) => {
      gradient[0] = 1 - 1 / (x[0] as number)
      return (x[0] as number) - Math.log(x[0] as number)
    }
    expect(distance(lbfgs(withEdge, [50]).at, [1])).toBeLessThan(1e-6)
  })

  it('says what it reached when its iterations end or nothing is least', () => {
    const early = lbfgs(rosenbrock, [-1.2, 1], { maxIterations: 3 })
    expect(early.kind).toBe('no_convergence')
    expect(early.iterations).toBe(3)
    expect(early.value).toBeLessThan(24.2)
    const slope = lbfgs((x, gradient) => ((gradient[0] = 1), x[0] as number), [0], { maxIterations: 30 })
    expect(slope.kind).toBe('no_convergence')
  })

  it('refuses a start without a value', () => {
    expect(() => lbfgs(() => Number.NaN, [0])).toThrow(StatsError)
  })
})

describe("Newton's method", () => {
  it("walks Rosenbrock's valley", () => {
    const found = newton(rosenbrockHessian, [-1.2, 1])
    expect(found.kind).toBe('converged')
    expect(distance(found.at, [1, 1])).toBeLessThan(1e-10)
  })

  it('needs one step for a quadratic valley, however narrow', () => {
    const found = newton(valley, [-40, 70])
    expect(found.iterations).toBeLessThanOrEqual(3)
    expect(distance(found.at, [3, -2])).toBeLessThan(1e-9)
  })

  it('goes downhill from where the Hessian is not positive', () => {
    // x^4 / 4 - x^2 / 2 has a hill at 0 and its floors at -1 and 1.
    const hill: ValueGradientHessian = (x, gradient, hessian) => {
      const u = x[0] as number
      gradient[0] = u ** 3 - u
      hessian[0] = 3 * u * u - 1
      return u ** 4 / 4 - u ** 2 / 2
    }
    expect(distance(newton(hill, [0.1]).at, [1])).toBeLessThan(1e-10)
    expect(distance(newton(hill, [-0.2]).at, [-1])).toBeLessThan(1e-10)
  })

  it('halves a step that goes too far', () => {
    // log cosh: a full step from 2 leads away without end.
    const far: ValueGradientHessian = (x, gradient, hessian) => {
      const u = x[0] as number
      gradient[0] = Math.tanh(u)
      hessian[0] = 1 - Math.tanh(u) ** 2
      return Math.log(Math.cosh(u))
    }
    const found = newton(far, [2])
    expect(found.kind).toBe('converged')
    expect(distance(found.at, [0])).toBeLessThan(1e-9)
  })

  it('says what it reached, and refuses a start without a value', () => {
    expect(newton(rosenbrockHessian, [-1.2, 1], { maxIterations: 2 }).kind).toBe('no_convergence')
    expect(() => newton(() => Number.NaN, [0])).toThrow(StatsError)
  })
})

describe('Nelder and Mead', () => {
  it("walks Rosenbrock's valley", () => {
    const found = nelderMead(valueOf(rosenbrock), [-1.2, 1])
    expect(found.kind).toBe('converged')
    expect(distance(found.at, [1, 1])).toBeLessThan(1e-5)
  })

  it('finds the middle of six distances, and of one', () => {
    const target = [3, -1, 4, 1, -5, 9]
    const squares = (x: Float64Array) => x.reduce((sum, v, i) => sum + (v - (target[i] as number)) ** 2, 0)
    expect(
      distance(
        nelderMead(
          squares,
          target.map(() => 0),
        ).at,
        target,
      ),
    ).toBeLessThan(1e-5)
    expect(distance(nelderMead((x) => Math.cosh((x[0] as number) - 2), [0]).at, [2])).toBeLessThan(1e-5)
  })

  it('stays where it may', () => {
    const fenced = (x: Float64Array) =>
      (x[0] as number) < 1 ? Number.POSITIVE_INFINITY : (x[0] as number) ** 2
    expect(distance(nelderMead(fenced, [5]).at, [1])).toBeLessThan(1e-5)
    const unsaid = (x: Float64Array) => ((x[0] as number) < 1 ? Number.NaN : (x[0] as number) ** 2)
    expect(distance(nelderMead(unsaid, [5]).at, [1])).toBeLessThan(1e-5)
  })

  it('says what it reached, and refuses a start without a value and steps of nothing', () => {
    expect(nelderMead(valueOf(rosenbrock), [-1.2, 1], { maxIterations: 5 }).kind).toBe('no_convergence')
    expect(() => nelderMead(() => Number.NaN, [0])).toThrow(StatsError)
    expect(() => nelderMead(() => 1, [0], { step: 0 })).toThrow(StatsError)
    expect(() => nelderMead(() => 1, [0, 0], { step: [1] })).toThrow(StatsError)
  })
})
