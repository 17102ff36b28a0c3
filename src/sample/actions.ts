import { z } from 'zod'
import { action, type Tx } from '../platform/action.ts'
import type { Ctx } from '../platform/context.ts'
import { conflict } from '../platform/errors.ts'
import { jobNames, sampleState, standing } from './reads.ts'
import { SampleInput } from './schema.ts'
import { SampleSize } from './size.ts'
import { abandoned } from './standing.ts'

/** Loading and removing wait for each other, and for files that are being imported. */
const queue = 'imports'

type Wanted = Pick<SampleInput, 'accounts' | 'months' | 'seed' | 'mix'>

/**
 * The company to load: the one that is here in part, or else the one that is wanted.
 *
 * @throws Problem sample_loaded, sample_leaving or workspace_in_use when nothing may be loaded now
 */
export async function sizeToLoad(
  ctx: Pick<Ctx, 'pg' | 'workspace' | 'clock'>,
  { mix, ...wanted }: Wanted,
): Promise<SampleSize> {
  const { state, size, stopped, hasOthers } = await sampleState(ctx)
  if (state === 'loaded')
    throw conflict('sample_loaded', 'The sample company is here already. Remove it first to load another.')
  if (state === 'removing')
    throw conflict('sample_busy', 'The sample company is being removed. Load it again when that has ended.')
  if (stopped === 'removing')
    throw conflict(
      'sample_leaving',
      'Part of the sample company was taken out. Remove the rest first, then load it again.',
    )
  if (size) return size
  if (hasOthers && !mix)
    throw conflict(
      'workspace_in_use',
      'This workspace has customers of its own. Load the sample company into another workspace, or say that its numbers may mix with yours (mix, on the command line --mix).',
    )
  return SampleSize.parse({ ...wanted, endsOn: ctx.clock().toISOString().slice(0, 10) })
}

/** Asks for the sample company; where loading it was stopped, it goes on. */
export const requestLoad = action({
  name: 'sample.load',
  role: 'admin',
  scope: 'import',
  input: SampleInput,
  async run(tx, input) {
    const size = await sizeToLoad(tx, input)
    if ((await sampleState(tx)).state === 'loading') return
    await enqueueLoad(tx, size)
    tx.audit({ kind: 'sample', id: tx.workspace, changes: { size } })
  },
})

/** Asks to take the sample company out again. */
export const requestRemove = action({
  name: 'sample.remove',
  role: 'admin',
  scope: 'import',
  input: z.object({}),
  async run(tx) {
    const { state, size } = await sampleState(tx)
    if (state === 'absent') throw conflict('sample_absent', 'The sample company is not here.')
    if (state === 'removing') return
    if (state === 'loading')
      throw conflict('sample_busy', 'The sample company is being loaded. Remove it when that has ended.')
    await enqueueRemove(tx)
    tx.audit({ kind: 'sample', id: tx.workspace, changes: { size } })
  },
})

/** Goes on with what a process that was killed left half done. */
export const takeOver = action({
  name: 'sample.take_over',
  role: 'admin',
  scope: 'import',
  input: z.object({}),
  async run(tx) {
    const what = abandoned(await standing(tx))
    const { size } = await sampleState(tx)
    if (what === 'removing') await enqueueRemove(tx)
    else if (what === 'loading' && size) await enqueueLoad(tx, size)
    tx.audit({ kind: 'sample', id: tx.workspace, changes: { goesOn: what } })
  },
})

const enqueueLoad = (tx: Tx, size: SampleSize): Promise<void> =>
  tx.enqueue({ job: jobNames.load, payload: { size }, key: jobNames.load, queue, maxAttempts: 3 })

const enqueueRemove = (tx: Tx): Promise<void> =>
  tx.enqueue({ job: jobNames.remove, key: jobNames.remove, queue, maxAttempts: 3 })
