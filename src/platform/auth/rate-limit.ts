import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '../errors.ts'

export type RateLimit = Readonly<{
  /** Counts an attempt, or a heavy one as several, or refuses with the time to wait. */
  spend(key: string, points?: number): Promise<void>
  forgive(key: string): Promise<void>
}>

/** Counts in the records store, so that several processes share the limit. */
export function createRateLimit(pool: Pool, name: string, points: number, seconds: number): RateLimit {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limit',
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: seconds,
  })
  return {
    async spend(key, spent = 1) {
      try {
        await limiter.consume(key, spent)
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        const wait = Math.ceil(error.msBeforeNext / 1_000)
        throw new Problem(
          429,
          'too_many_attempts',
          `Too many tries. Wait ${Math.ceil(wait / 60)} min and try again.`,
          {
            retryAfterSeconds: wait,
          },
        )
      }
    },
    async forgive(key) {
      await limiter.delete(key)
    },
  }
}
