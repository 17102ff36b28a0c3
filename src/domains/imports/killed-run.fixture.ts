// A process of its own that runs an import and says each batch, to be killed in the middle of one.
import { mintWorkspaceId } from '../../platform/auth/workspace-id.ts'
import { systemClock } from '../../platform/clock.ts'
import { createClickHouse } from '../../platform/db/clickhouse.ts'
import { createKysely, createPool } from '../../platform/db/pg.ts'
import { createLog } from '../../platform/log.ts'
import { accountImport } from '../accounts/import.ts'
import { runImport } from './jobs/run.ts'
import { undoImport } from './jobs/undo.ts'

type Order = Readonly<{
  pg: Parameters<typeof createPool>[0]
  clickhouse: Parameters<typeof createClickHouse>[0]
  dataDir: string
  workspace: string
  importId: string
  work: 'run' | 'undo'
}>
const order = JSON.parse(process.env.ORDER ?? '{}') as Order
const log = createLog('fatal')
const ctx = {
  pg: createKysely(createPool(order.pg, log)),
  ch: createClickHouse(order.clickhouse),
  clock: systemClock,
  log,
  dataDir: order.dataDir,
  workspace: mintWorkspaceId(order.workspace),
  actor: { kind: 'system', name: 'test' } as const,
  requestId: 'test',
}
const { signal } = new AbortController()
if (order.work === 'run')
  await runImport(ctx, [accountImport], order.importId, signal, {
    batchRows: 1_000,
    onProgress: (rows) => void process.stdout.write(`${rows}\n`),
  })
else {
  process.stdout.write('undoing\n')
  await undoImport(ctx, [accountImport], order.importId, signal, { chunk: 500 })
}
process.exit(0)
