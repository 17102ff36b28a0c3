import type { Transaction } from 'kysely'
import type { Clock } from './clock.ts'
import type { Ctx } from './context.ts'
import { json } from './db/pg.ts'
import type { Tables } from './db/tables.ts'
import { enqueueJob } from './jobs/enqueue.ts'

/** Where the recorded time comes from; back-tests say how much of their data is assumed. */
export type RecordedFrom = 'observed' | 'file' | 'assumed'

/** Something that happened, announced for domains that the announcer does not know. */
export type NewFact = Readonly<{
  kind: string
  accountId: string | null
  /** When it was true in the world (ISO instant). */
  validAt: string
  recordedFrom?: RecordedFrom
  payload?: Record<string, unknown>
}>

export type Fact = Required<NewFact> & Readonly<{ id: number; recordedAt: string }>

/** A domain that waits for facts of some kinds. Delivery is at least once, so handling must be idempotent. */
export type FactConsumer = Readonly<{ kinds: readonly string[]; hear(ctx: Ctx, fact: Fact): Promise<void> }>

export const deliverFactsJob = 'facts.deliver'

/** Adds to the outbox and asks for delivery, both inside the caller's transaction. */
export async function emitFact(
  pg: Transaction<Tables>,
  ctx: Readonly<{ workspace: string; clock: Clock }>,
  fact: NewFact,
): Promise<void> {
  await pg
    .insertInto('fact')
    .values({
      workspaceId: ctx.workspace,
      kind: fact.kind,
      accountId: fact.accountId,
      validAt: fact.validAt,
      recordedAt: ctx.clock().toISOString(),
      recordedFrom: fact.recordedFrom ?? 'observed',
      payload: json(fact.payload ?? {}),
    })
    .execute()
  await enqueueJob(pg, ctx.workspace, { job: deliverFactsJob, key: deliverFactsJob })
}

/** Hands each undelivered fact to its consumers; a fact counts as delivered when all of them returned. */
export async function deliverFacts(ctx: Ctx, consumers: readonly FactConsumer[]): Promise<number> {
  let delivered = 0
  for (;;) {
    const facts = (await ctx.pg
      .selectFrom('fact')
      .select(['id', 'kind', 'accountId', 'validAt', 'recordedAt', 'recordedFrom', 'payload'])
      .where('workspaceId', '=', ctx.workspace)
      .where('deliveredAt', 'is', null)
      .orderBy('id')
      .limit(500)
      .execute()) as unknown as Fact[]
    if (facts.length === 0) return delivered
    for (const fact of facts) {
      for (const consumer of consumers) if (consumer.kinds.includes(fact.kind)) await consumer.hear(ctx, fact)
      await ctx.pg
        .updateTable('fact')
        .set({ deliveredAt: ctx.clock().toISOString() })
        .where('workspaceId', '=', ctx.workspace)
        .where('id', '=', fact.id)
        .execute()
      delivered += 1
    }
  }
}
