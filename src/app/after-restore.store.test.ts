import { expect, it } from 'vitest'
import { openTestWorld } from '../../test/harness/stores.ts'
import { newId } from '../platform/ids.ts'
import { afterRestore } from './after-restore.ts'

const world = await openTestWorld()

it('asks again for imports that were under way, and for the readings', async () => {
  const ctx = await world.workspace()
  const states = ['running', 'undoing', 'checking', 'done', 'uploaded']
  for (const state of states)
    await world.pool.query(
      `insert into import (id, workspace_id, file_name, file_bytes, file_sha256, state, created_at)
       values ($1, $2, 'a.csv', 1, $3, $3, now())`,
      [newId(), ctx.workspace, state],
    )
  await afterRestore(world)
  const { rows } = await world.pool.query<{ task: string }>(
    'select task_identifier as task from graphile_worker.jobs order by 1',
  )
  expect(rows.map(({ task }) => task)).toEqual([
    'events.count',
    'facts.deliver',
    'imports.check',
    'imports.run',
    'imports.undo',
    'readings.recompute',
  ])
})
