import { fitHazard } from '../../src/stats/hazard/fit-hazard.ts'
import { predictHazard } from '../../src/stats/hazard/predict-hazard.ts'
import { simulatedTerms } from '../../src/stats/hazard/simulate-account-months.fixture.ts'
import { termName } from '../../src/stats/hazard/term.ts'
import { logLoss } from '../../src/stats/validation/log-loss.ts'
import { readArray } from './arrays.ts'
import { measure } from './measure.ts'

const rowsOf = (folder: string, part: string) => ({
  columns: Object.fromEntries(
    simulatedTerms.map(termName).map((name) => [name, readArray(folder, `${part}.${name}`, 'f32')]),
  ),
  events: readArray(folder, `${part}.event`, 'u32'),
})

void measure(
  (folder) => ({ folder, fit: rowsOf(folder, 'fit') }),
  ({ fit }) => fitHazard(fit, simulatedTerms),
  (model, { folder, fit }) => {
    const held = rowsOf(folder, 'held')
    return {
      logLoss: [logLoss(fit.events, predictHazard(model, fit.columns))],
      heldOutLogLoss: [logLoss(held.events, predictHazard(model, held.columns))],
    }
  },
)
