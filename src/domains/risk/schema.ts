import { z } from 'zod'

const Share = z.number().min(0).max(1)

/** A monthly churn rate with what it was learned from; Beta(a, b) is what is believed about it. */
export const Rate = z
  .object({
    /** Account-months at risk, and how many of them ended with the customer leaving. */
    months: z.int(),
    events: z.int(),
    a: z.number().positive(),
    b: z.number().positive(),
    monthly: Share,
    low: Share,
    high: Share,
  })
  .meta({ id: 'RiskRate' })
export type Rate = z.output<typeof Rate>

export const Prior = z.object({
  belief: z.object({ mean: Share, weight: z.number().positive() }),
  /** How many account-months the company's rate is worth for a segment. */
  segmentWeight: z.number().positive(),
  company: Rate,
  segments: z.array(Rate.extend({ segment: z.string() })),
  /** The last day that counts: what the sources of revenue speak for; null where nothing speaks. */
  observedThrough: z.iso.date().nullable().default(null),
  /** Customers who are left out because no record says when they began. */
  unplaced: z.int(),
})
export type Prior = z.output<typeof Prior>

export const rungs = ['prior', 'few_terms', 'ridge', 'smooth', 'pairs'] as const
export const Rung = z.enum(rungs)
export type Rung = z.output<typeof Rung>

export const Ladder = z
  .object({
    /** The rung that the numbers come from. */
    rung: Rung,
    /** Churn events so far, and the rung that so many would carry. */
    events: z.int(),
    dataAllows: Rung,
    /** The first rung that asks for more events; null where there are enough for the last. */
    next: z.object({ rung: Rung, fromEvents: z.int() }).nullable(),
  })
  .meta({ id: 'RiskLadder' })
export type Ladder = z.output<typeof Ladder>

export const RiskModel = Prior.extend({
  kind: z.literal('prior'),
  snapshotId: z.uuid().nullable(),
  version: z.int().nullable(),
  asOf: z.string().nullable(),
  /** Whether any account-month was seen; without, the belief speaks alone. */
  basis: z.enum(['belief', 'belief_and_data']),
  ladder: Ladder,
  rungs: z.array(z.object({ rung: Rung, fromEvents: z.int() })),
}).meta({ id: 'RiskModel' })
export type RiskModel = z.output<typeof RiskModel>

const Contribution = z.object({
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
  amount: z.number(),
})
const Evidence = z.object({
  kind: z.string(),
  id: z.string().nullable(),
  at: z.string().nullable(),
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
})

export const RiskReading = z
  .object({
    accountId: z.uuid(),
    code: z.string(),
    state: z.enum(['ok', 'not_enough_data', 'stale']),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.number().nullable(),
    asOf: z.string(),
    snapshotId: z.string().nullable(),
    contributions: z.array(Contribution),
    evidence: z.array(Evidence),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RiskReading' })

export const AccountRisk = z
  .object({
    /** Probability of not renewing by the horizon. */
    renewal: RiskReading,
    /** The same times yearly revenue, in minor units of the workspace's currency. */
    expectedLoss: RiskReading,
  })
  .meta({ id: 'AccountRisk' })
export type AccountRisk = z.output<typeof AccountRisk>
