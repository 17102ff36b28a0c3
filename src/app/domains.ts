import { accountImport } from '../domains/accounts/import.ts'
import { accountRoutes } from '../domains/accounts/routes.ts'
import { eventConsumers } from '../domains/events/jobs.ts'
import { eventRoutes } from '../domains/events/routes.ts'
import type { ImportType } from '../domains/imports/import-type.ts'
import { importConsumers, importJobs } from '../domains/imports/jobs.ts'
import { importRoutes } from '../domains/imports/routes.ts'
import { messageImport } from '../domains/messages/import.ts'
import { messageRoutes } from '../domains/messages/routes.ts'
import { personImport } from '../domains/people/import.ts'
import { peopleConsumers, peopleJobs } from '../domains/people/jobs.ts'
import { peopleRoutes } from '../domains/people/routes.ts'
import { portfolioRoutes } from '../domains/portfolio/routes.ts'
import {
  churnEventImport,
  invoiceImport,
  snapshotImport,
  subscriptionImport,
} from '../domains/revenue/import.ts'
import { revenueConsumers, revenueJobs, revenueReaders } from '../domains/revenue/jobs.ts'
import { revenueRoutes } from '../domains/revenue/routes.ts'
import { riskConsumers, riskJobs, riskReaders } from '../domains/risk/jobs.ts'
import { riskRoutes } from '../domains/risk/routes.ts'
import { surveyImport } from '../domains/surveys/import.ts'
import { surveyRoutes } from '../domains/surveys/routes.ts'
import { teamRoutes } from '../domains/team/routes.ts'
import { ticketImport, ticketLogImport } from '../domains/tickets/import.ts'
import { ticketConsumers, ticketReaders } from '../domains/tickets/jobs.ts'
import { ticketRoutes } from '../domains/tickets/routes.ts'
import { timelineRoutes } from '../domains/timeline/routes.ts'
import { todayJobs } from '../domains/today/jobs.ts'
import { todayRoutes } from '../domains/today/routes.ts'
import { usageImport } from '../domains/usage/import.ts'
import { usageConsumers, usageJobs, usageReaders } from '../domains/usage/jobs.ts'
import { usageRoutes } from '../domains/usage/routes.ts'
import { workRoutes } from '../domains/work/routes.ts'
import { sampleJobs } from '../sample/jobs.ts'
import { sampleRoutes } from '../sample/routes.ts'
import type { RateLimit } from '../platform/auth/rate-limit.ts'
import { deliverFacts, deliverFactsJob, type FactConsumer } from '../platform/facts.ts'
import { liveRoute, type Live } from '../platform/http/live.ts'
import type { Route } from '../platform/http/route.ts'
import type { Job } from '../platform/jobs/runner.ts'
import type { Reader } from '../platform/readings.ts'

export type DomainOptions = Readonly<{
  limits: { address: RateLimit; account: RateLimit }
  uploadMaxBytes: number
  live: Live
}>

/** What a file can bring. Where headers fit several kinds equally, the earlier one is guessed. */
export const importTypes: readonly ImportType[] = [
  accountImport,
  personImport,
  subscriptionImport,
  invoiceImport,
  churnEventImport,
  snapshotImport,
  ticketImport,
  ticketLogImport,
  surveyImport,
  messageImport,
  usageImport,
]

/** Every domain's way to compute readings; all of them compute from what each has derived. */
export const readers: readonly Reader[] = [
  ...revenueReaders,
  ...ticketReaders,
  ...usageReaders,
  ...riskReaders,
]

const consumers: readonly FactConsumer[] = [
  ...importConsumers,
  ...peopleConsumers,
  ...eventConsumers,
  ...revenueConsumers,
  ...ticketConsumers,
  ...usageConsumers,
  ...riskConsumers,
]

/** Every address of the API. */
export const allRoutes = ({ limits, uploadMaxBytes, live }: DomainOptions): readonly Route[] => [
  ...teamRoutes(limits),
  ...importRoutes({ types: importTypes, uploadMaxBytes }),
  ...accountRoutes,
  ...peopleRoutes,
  ...eventRoutes,
  ...revenueRoutes,
  ...ticketRoutes,
  ...surveyRoutes,
  ...messageRoutes,
  ...workRoutes,
  ...usageRoutes,
  ...riskRoutes,
  ...portfolioRoutes,
  ...timelineRoutes,
  ...todayRoutes,
  ...sampleRoutes,
  liveRoute(live),
]

/** Everything that runs later or at night. */
export const allJobs: readonly Job[] = [
  { name: deliverFactsJob, run: async (ctx) => void (await deliverFacts(ctx, consumers)) },
  ...importJobs(importTypes),
  ...sampleJobs(importTypes),
  ...peopleJobs,
  ...revenueJobs,
  ...usageJobs(readers),
  ...riskJobs,
  ...todayJobs(readers),
]
