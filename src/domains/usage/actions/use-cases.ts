import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { conflict, notFound } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { markAllDue } from '../../../platform/readings.ts'
import { demandVersion } from '../../../platform/version.ts'
import { UponVersion } from '../../accounts/schema.ts'
import { useCaseVersion } from '../reads/use-cases.ts'
import { NewUseCase, UseCaseChange } from '../schema.ts'

type Content = z.output<typeof NewUseCase>
type Stored = Content & Readonly<{ id: string; updatedAt: string }>

/** All use cases; whoever changes one waits for the others, because no segment may be in two of them. */
async function lockUseCases(tx: Tx): Promise<Stored[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${tx.workspace} use_case`}, 0))`.execute(tx.pg)
  return tx.pg
    .selectFrom('useCase')
    .select(['id', 'name', 'segments', 'features', 'updatedAt'])
    .where('workspaceId', '=', tx.workspace)
    .execute()
}

function findStored(stored: readonly Stored[], id: string): Stored {
  const found = stored.find((one) => one.id === id)
  if (!found) throw notFound('use case')
  return found
}

/** Refuses what would leave it open which use case is that of an account. */
function demandDistinct({ name, segments }: Content, others: readonly Stored[]): void {
  const same = others.find((other) => other.name.toLowerCase() === name.toLowerCase())
  if (same) throw conflict('name_taken', `There is a use case called ${same.name}. Choose another name.`)
  const forAll = segments === null && others.find((other) => other.segments === null)
  if (forAll)
    throw conflict(
      'default_taken',
      `${forAll.name} is for all customers of no other use case. Name the segments that this one is for.`,
    )
  for (const other of others) {
    const shared = segments?.filter((segment) => other.segments?.includes(segment)) ?? []
    if (shared.length > 0)
      throw conflict(
        'segment_taken',
        `${other.name} is for ${shared.join(', ')} already. Take it out there first.`,
      )
  }
}

/** What counts as breadth follows from the use cases. */
const followUp = (tx: Tx): Promise<void> => markAllDue(tx.pg, tx.workspace, ['usage'])

export const createUseCase = action({
  name: 'use_case.create',
  role: 'leader',
  scope: 'write',
  input: NewUseCase,
  async run(tx, values) {
    demandDistinct(values, await lockUseCases(tx))
    const id = newId()
    const at = tx.clock().toISOString()
    await tx.pg
      .insertInto('useCase')
      .values({ id, workspaceId: tx.workspace, ...values, createdAt: at, updatedAt: at })
      .execute()
    await followUp(tx)
    tx.audit({ kind: 'use_case', id, changes: values })
    return { id, version: useCaseVersion(values) }
  },
})

/** Changes what is given, and answers with the version that this makes; see `demandVersion` for `version`. */
export const changeUseCase = action({
  name: 'use_case.change',
  role: 'leader',
  scope: 'write',
  input: UseCaseChange.extend(UponVersion.shape).extend({ id: z.uuid() }),
  async run(tx, { id, version, ...change }) {
    const stored = await lockUseCases(tx)
    const { id: _, updatedAt, ...before } = findStored(stored, id)
    await demandVersion(tx, version, { id, version: useCaseVersion(before), updatedAt })
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const after: Content = { ...before, ...given }
    demandDistinct(
      after,
      stored.filter((other) => other.id !== id),
    )
    if (useCaseVersion(after) !== useCaseVersion(before)) {
      await tx.pg
        .updateTable('useCase')
        .set({ ...after, updatedAt: tx.clock().toISOString() })
        .where('workspaceId', '=', tx.workspace)
        .where('id', '=', id)
        .execute()
      await followUp(tx)
    }
    tx.audit({
      kind: 'use_case',
      id,
      changes: Object.fromEntries(
        Object.entries(given).map(([key, to]) => [key, { from: before[key as keyof Content], to }]),
      ),
    })
    return { version: useCaseVersion(after) }
  },
})

export const removeUseCase = action({
  name: 'use_case.remove',
  role: 'leader',
  scope: 'write',
  input: UponVersion.extend({ id: z.uuid() }),
  async run(tx, { id, version }) {
    const { id: _, updatedAt, ...before } = findStored(await lockUseCases(tx), id)
    await demandVersion(tx, version, { id, version: useCaseVersion(before), updatedAt })
    await tx.pg.deleteFrom('useCase').where('workspaceId', '=', tx.workspace).where('id', '=', id).execute()
    await followUp(tx)
    tx.audit({ kind: 'use_case', id, changes: before })
  },
})
