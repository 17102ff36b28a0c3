import type { Transaction } from 'kysely'
import type { z } from 'zod'
import { atLeast, type Role, type Scope } from './auth/roles.ts'
import type { Ctx } from './context.ts'
import { json } from './db/pg.ts'
import type { Tables } from './db/tables.ts'
import { forbidden, invalid } from './errors.ts'
import { emitFact, type NewFact } from './facts.ts'
import { faultsOf } from './faults.ts'
import { enqueueJob, type JobRequest } from './jobs/enqueue.ts'
import { markDue } from './readings.ts'

/** What an action may do besides writing rows; all of it commits, or none. */
export type Tx = Omit<Ctx, 'ch' | 'pg'> &
  Readonly<{
    pg: Transaction<Tables>
    /** Announces what happened to the domains that wait for it. */
    emit(fact: NewFact): Promise<void>
    /** Marks accounts whose readings must be computed again. */
    touch(accountIds: readonly string[]): Promise<void>
    enqueue(job: JobRequest): Promise<void>
    /** Names what the audit row is about, with the values that changed. */
    audit(subject: { kind: string; id: string; changes?: Record<string, unknown> }): void
  }>

type Definition<I extends z.ZodType, O> = Readonly<{
  /** Stable name in the audit log, for example `account.update`. */
  name: string
  role: Role
  scope: Scope
  input: I
  run(tx: Tx, input: z.output<I>): Promise<O>
}>

export type Action<I extends z.ZodType = z.ZodType, O = unknown> = ((
  ctx: Ctx,
  input: z.input<I>,
) => Promise<O>) &
  Readonly<{ definition: Definition<I, O> }>

/** Refuses an actor without the role. */
export function demandRole({ actor }: Pick<Ctx, 'actor'>, role: Role): void {
  if (actor.kind === 'system' || atLeast(actor.role, role)) return
  const whose = actor.kind === 'key' ? 'The role of this API key' : 'Your role'
  throw forbidden(`This needs the role ${role}. ${whose} is ${actor.role}; ask an owner or admin.`)
}

/** Refuses an actor without the role, and a key without the scope. */
export function demand(ctx: Pick<Ctx, 'actor'>, role: Role, scope: Scope): void {
  demandRole(ctx, role)
  const { actor } = ctx
  if (actor.kind !== 'key' || actor.scopes.includes(scope)) return
  const has = actor.scopes.join(', ') || 'none'
  throw forbidden(`This needs an API key with the scope ${scope}. The scopes of this one: ${has}.`)
}

/** Parses with the schema, or refuses with every fault at its path. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw invalid(
    'Some of the input was not accepted. Each fault is listed with its place.',
    faultsOf(parsed.error),
  )
}

/**
 * A write: checks role and scope, parses, runs in one transaction and leaves an audit row in it.
 * Nothing else may write to the records store on somebody's behalf.
 */
export function action<I extends z.ZodType, O>(definition: Definition<I, O>): Action<I, O> {
  async function perform(ctx: Ctx, raw: z.input<I>): Promise<O> {
    demand(ctx, definition.role, definition.scope)
    const input = parseInput(definition.input, raw)
    const { ch: _events, ...rest } = ctx
    return ctx.pg.transaction().execute(async (pg) => {
      let subject: Parameters<Tx['audit']>[0] | undefined
      const output = await definition.run(
        {
          ...rest,
          pg,
          emit: (fact) => emitFact(pg, ctx, fact),
          touch: (accountIds) => markDue(pg, ctx.workspace, accountIds),
          enqueue: (job) => enqueueJob(pg, ctx.workspace, job),
          audit: (named) => {
            subject = named
          },
        },
        input,
      )
      await pg
        .insertInto('audit')
        .values({
          workspaceId: ctx.workspace,
          at: ctx.clock().toISOString(),
          actorKind: ctx.actor.kind,
          actorId: ctx.actor.kind === 'system' ? null : ctx.actor.id,
          actorName: ctx.actor.name,
          action: definition.name,
          subjectKind: subject?.kind ?? null,
          subjectId: subject?.id ?? null,
          changes: subject?.changes ? json(subject.changes) : null,
          requestId: ctx.requestId,
        })
        .execute()
      return output
    })
  }
  return Object.assign(perform, { definition })
}
