import { action } from '../../platform/action.ts'
import { markAllDue } from '../../platform/readings.ts'
import { keepSnapshot } from '../../platform/snapshots.ts'
import { priorKind } from './reads.ts'
import { Prior } from './schema.ts'

/** Keeps a new version of the prior; every risk rests on it, so all of them follow. */
export const recordPrior = action({
  name: 'risk.prior',
  role: 'admin',
  scope: 'settings',
  input: Prior,
  async run(tx, prior) {
    const id = await keepSnapshot(tx, priorKind, tx.clock(), prior)
    await markAllDue(tx.pg, tx.workspace)
    const { months, events } = prior.company
    tx.audit({ kind: 'snapshot', id, changes: { months, events } })
  },
})
