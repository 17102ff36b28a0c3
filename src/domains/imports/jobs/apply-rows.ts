import { sql, type Kysely } from 'kysely'
import type { Tables } from '../../../platform/db/tables.ts'
import { error } from '../import-type.ts'
import type { Counts } from '../schema.ts'
import { decideLog, decideRecords, type Decided, type Engine, type SourceRow } from './decide-batch.ts'
import { dataFault } from './failure.ts'
import type { DryRecords } from './ledger.ts'
import { storedRows } from './write-batch.ts'

/** `dry` holds what earlier batches of a dry run would have written. */
export async function decideRows(
  db: Kysely<Tables>,
  engine: Engine,
  rows: readonly SourceRow[],
  dry?: DryRecords,
): Promise<Decided> {
  const { type } = engine
  if (type.target !== 'log') return decideRecords(db, engine, rows)
  const decided = await decideLog(db, engine, type.fold, rows, async (entity, ids) => {
    const stored = await storedRows(db, engine.workspace, entity, ids)
    return dry ? new Map([...stored, ...(await dry.kept(db, ids))]) : stored
  })
  const { entity } = type.fold
  await dry?.keep(
    db,
    entity,
    decided.writes.filter((write) => write.entity === entity),
  )
  return decided
}

/**
 * Decides and writes rows; where the store refuses one of them (a number out of range, a broken rule), the rest is
 * written all the same: the rows are halved until the one at fault stands alone.
 */
export async function applyRows(
  db: Kysely<Tables>,
  engine: Engine,
  rows: readonly SourceRow[],
  write: (decided: Decided) => Promise<void>,
): Promise<Decided[]> {
  await sql`savepoint rows`.execute(db)
  try {
    const decided = await decideRows(db, engine, rows)
    await write(decided)
    await sql`release savepoint rows`.execute(db)
    return [decided]
  } catch (thrown) {
    const reason = dataFault(thrown)
    if (reason === null) throw thrown
    await sql`rollback to savepoint rows`.execute(db)
    const [first] = rows
    if (rows.length === 1 && first) return [refusedByStore(first, reason)]
    const middle = Math.ceil(rows.length / 2)
    const before = await applyRows(db, engine, rows.slice(0, middle), write)
    return [...before, ...(await applyRows(db, engine, rows.slice(middle), write))]
  }
}

const refusedByStore = (row: SourceRow, reason: string): Decided => ({
  writes: [],
  entries: [],
  pending: [],
  issues: [{ ...error('not_storable', undefined, { reason }), raw: row.raw }],
  results: ['refused'],
  repeated: 0,
  accountsCreated: 0,
  records: new Map(),
})

/** The counts so far with what a batch adds. */
export function addCounts(counts: Counts, decided: Decided): Counts {
  const sum = { ...counts, records: { ...counts.records } }
  sum.rows += decided.results.length
  for (const result of decided.results) sum[result] += 1
  for (const { severity } of decided.issues) sum[severity === 'error' ? 'errors' : 'warnings'] += 1
  sum.repeated += decided.repeated + decided.issues.filter(isKeptAsIssue).length
  sum.accountsCreated += decided.accountsCreated
  for (const [entity, tally] of decided.records) {
    const before = sum.records[entity] ?? { new: 0, changed: 0, same: 0 }
    sum.records[entity] = {
      new: before.new + tally.new,
      changed: before.changed + tally.changed,
      same: before.same + tally.same,
    }
  }
  return sum
}

const isKeptAsIssue = (issue: Decided['issues'][number]): boolean =>
  issue.code === 'repeated_id' && issue.severity === 'error'
