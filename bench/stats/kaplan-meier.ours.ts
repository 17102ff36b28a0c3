import { kaplanMeier } from '../../src/stats/survival/kaplan-meier.ts'
import { readArray } from './arrays.ts'
import { measure } from './measure.ts'

const looks = 500

/** Values at `looks` even places of a curve, its last among them. */
const atLooks = (values: ArrayLike<number>) =>
  Array.from({ length: looks }, (_, k) => values[Math.ceil(((k + 1) * values.length) / looks) - 1]!)

void measure(
  (folder) => ({ time: readArray(folder, 'time', 'f64'), event: readArray(folder, 'event', 'u32') }),
  (followUp) => kaplanMeier(followUp),
  ({ time, survival, standardError, low, high }) => ({
    steps: [time.length],
    survival: atLooks(survival),
    standardError: atLooks(standardError),
    low: atLooks(low),
    high: atLooks(high),
  }),
)
