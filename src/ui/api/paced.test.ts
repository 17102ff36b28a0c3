import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { paced } from './paced.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const second = () => 1_000
const lasting = (ms: number) => () => new Promise((resolve) => setTimeout(resolve, ms))

it('runs at once, and what is asked meanwhile as one more run', async () => {
  const work = vi.fn(lasting(0))
  const { ask } = paced(work, second)
  for (let event = 0; event < 1_000; event += 1) ask()
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(999)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(work).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(work).toHaveBeenCalledTimes(2)
})

it('never runs while the last run is under way, however slow it is', async () => {
  let [now, most] = [0, 0]
  const { ask } = paced(async () => {
    most = Math.max(most, ++now)
    await lasting(5_000)()
    now -= 1
  }, second)
  for (let at = 0; at < 30_000; at += 100) {
    ask()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(most).toBe(1)
})

it('rests longer after longer work', async () => {
  const work = vi.fn(lasting(2_000))
  const { ask } = paced(work, (took) => 3 * took)
  ask()
  ask()
  await vi.advanceTimersByTimeAsync(7_999)
  expect(work).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(work).toHaveBeenCalledTimes(2)
})

it('goes on after work that failed, and not after it was stopped', async () => {
  const work = vi.fn(() => Promise.reject(new Error('no answer')))
  const { ask, stop } = paced(work, second)
  ask()
  await vi.advanceTimersByTimeAsync(1_000)
  ask()
  expect(work).toHaveBeenCalledTimes(2)
  stop()
  ask()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(work).toHaveBeenCalledTimes(2)
})
