import { isDeepStrictEqual } from 'node:util'
import { action } from '../../../platform/action.ts'
import type { Ctx } from '../../../platform/context.ts'
import { markAllDue } from '../../../platform/readings.ts'
import { keepSnapshot } from '../../../platform/snapshots.ts'
import { powerScaleOf } from '../model/power.ts'
import { addDays } from '../model/weeks.ts'
import { coverageKind, latestScale, latestSource, measureCoverage, powerKind } from '../reads/coverage.ts'
import { intensities } from '../reads/uses.ts'
import { Coverage, PowerScale } from '../schema.ts'

/** Keeps what the usage sources cover now; every reading of use rests on it, so all of them follow. */
export const recordCoverage = action({
  name: 'usage.coverage',
  role: 'admin',
  scope: 'settings',
  input: Coverage.nullable(),
  async run(tx, coverage) {
    const now = tx.clock()
    const covered = coverage && new Date(`${addDays(coverage.lastDay, 1)}T00:00:00Z`)
    const id = await keepSnapshot(tx, coverageKind, covered && covered < now ? covered : now, coverage)
    await markAllDue(tx.pg, tx.workspace, ['usage'])
    tx.audit({ kind: 'snapshot', id })
  },
})

/** Keeps from where on a user is a power user. */
export const recordPowerScale = action({
  name: 'usage.power',
  role: 'admin',
  scope: 'settings',
  input: PowerScale,
  async run(tx, scale) {
    const id = await keepSnapshot(tx, powerKind, tx.clock(), scale)
    await markAllDue(tx.pg, tx.workspace, ['usage'])
    tx.audit({ kind: 'snapshot', id })
  },
})

/** Measures what the sources cover; what did not move is not a new version. Answers whether it moved. */
export async function refreshCoverage(ctx: Ctx): Promise<boolean> {
  const [before, now] = [await latestSource(ctx), await measureCoverage(ctx)]
  if (isDeepStrictEqual(before?.coverage ?? null, now)) return false
  await recordCoverage(ctx, now)
  return true
}

/** Measures who is a power user; what did not move is not a new version. Answers whether it moved. */
export async function refreshPowerScale(ctx: Ctx): Promise<boolean> {
  const [source, before] = [await latestSource(ctx), await latestScale(ctx)]
  if (!source) return false
  const now = powerScaleOf(await intensities(ctx, source))
  if (isDeepStrictEqual(before?.scale ?? null, now)) return false
  await recordPowerScale(ctx, now)
  return true
}
