import { z } from 'zod'
import { action } from '../platform/action.ts'
import { conflict } from '../platform/errors.ts'
import { jobNames, sampleImports, sampleState } from './reads.ts'
import { SampleInput } from './schema.ts'
import { sizeOf } from './size.ts'

/** Loading and removing wait for each other, and for files that are being imported. */
const queue = 'imports'

/** Asks for the sample company; where loading it was stopped, it goes on. */
export const requestLoad = action({
  name: 'sample.load',
  role: 'csm',
  scope: 'import',
  input: SampleInput,
  async run(tx, input) {
    const { state, size } = await sampleState(tx)
    if (state === 'loaded')
      throw conflict('sample_loaded', 'The sample company is here already. Remove it first.')
    if (state === 'removing')
      throw conflict('sample_busy', 'The sample company is being removed. Load it again when that has ended.')
    if (state === 'loading') return
    const wanted = size ?? { ...input, endsOn: tx.clock().toISOString().slice(0, 10) }
    await tx.enqueue({
      job: jobNames.load,
      payload: { size: wanted },
      key: jobNames.load,
      queue,
      maxAttempts: 3,
    })
    tx.audit({ kind: 'sample', id: tx.workspace, changes: { size: wanted } })
  },
})

/** Asks to take the sample company out again, also while it is being loaded. */
export const requestRemove = action({
  name: 'sample.remove',
  role: 'csm',
  scope: 'import',
  input: z.object({}),
  async run(tx) {
    const { state } = await sampleState(tx)
    if (state === 'absent') throw conflict('sample_absent', 'The sample company is not here.')
    if (state === 'removing') return
    if (state === 'loading')
      throw conflict('sample_busy', 'The sample company is being loaded. Remove it when that has ended.')
    await tx.enqueue({ job: jobNames.remove, key: jobNames.remove, queue, maxAttempts: 3 })
    tx.audit({
      kind: 'sample',
      id: tx.workspace,
      changes: { size: sizeOf((await sampleImports(tx))[0]?.source ?? '') },
    })
  },
})
