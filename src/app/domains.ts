import type { RateLimit } from '../platform/auth/rate-limit.ts'
import type { FactConsumer } from '../platform/facts.ts'
import { deliverFacts, deliverFactsJob } from '../platform/facts.ts'
import type { Route } from '../platform/http/route.ts'
import type { Job } from '../platform/jobs/runner.ts'
import { recomputeDue, recomputeJob, type Reader } from '../platform/readings.ts'
import { accountRoutes } from '../domains/accounts/routes.ts'
import { revenueRoutes } from '../domains/revenue/routes.ts'
import { teamRoutes } from '../domains/team/routes.ts'

export type DomainOptions = Readonly<{
  limits: { address: RateLimit; account: RateLimit }
  uploadMaxBytes: number
}>

/** Every domain's way to compute readings, in the order of the domains. */
export const readers: readonly Reader[] = []

const consumers: readonly FactConsumer[] = []

/** Every address of the API. */
export const allRoutes = (options: DomainOptions): readonly Route[] => [
  ...teamRoutes(options.limits),
  ...accountRoutes,
  ...revenueRoutes,
]

/** Everything that runs later or at night. */
export const allJobs: readonly Job[] = [
  { name: deliverFactsJob, run: async (ctx) => void (await deliverFacts(ctx, consumers)) },
  { name: recomputeJob, run: (ctx, _payload, signal) => recomputeDue(ctx, readers, signal) },
]
