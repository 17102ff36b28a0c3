import { expect } from 'vitest'

/** Holds that `value` is `expected` up to the relative error. */
export function expectNear(value: number, expected: number, relative: number, what = ''): void {
  const error = value === expected ? 0 : Math.abs(value - expected) / Math.abs(expected)
  if (!(error <= relative)) expect.fail(`${what} gives ${value}, not ${expected}: relative error ${error}`)
}
