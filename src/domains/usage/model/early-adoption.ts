import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import { adoptionWeeks, evidenceAt, missing, sum, type Known, type Part } from './known.ts'
import { addDays } from './weeks.ts'

/** Share of weeks 1 to 26 since the start with use. The week under way counts once it has use. */
export function earlyAdoption({ use, source, horizon }: Known): Part {
  const { startedOn } = use
  if (!startedOn) return missing('start', null)
  const used = new Set(use.adopted)
  const weekStart = (index: number) => addDays(startedOn, index * 7)
  const elapsed = Array.from({ length: adoptionWeeks }, (_, index) => index).filter(
    (index) =>
      weekStart(index + 1) <= horizon.endDay || (weekStart(index) < horizon.untilDay && used.has(index)),
  )
  if (elapsed.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  // Before the source began nothing was counted: those weeks are not known.
  const observed = elapsed.filter((index) => weekStart(index) >= source.coverage.firstDay)
  if (observed.length === 0)
    return missing('before_usage_data', 0, { startedOn, from: source.coverage.firstDay })
  const active = observed.filter((index) => used.has(index))
  const [low, high] = wilsonInterval(active.length, observed.length)
  const contributions = active.map((week) => ({
    code: 'usage.adoption_week',
    params: { week: week + 1, from: weekStart(week) },
    amount: 1 / observed.length,
  }))
  const to = weekStart(adoptionWeeks)
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low,
    high,
    n: observed.length,
    contributions,
    evidence: [
      evidenceAt(startedOn, 'usage.first_weeks', {
        from: startedOn,
        to,
        active: active.length,
        of: observed.length,
      }),
    ],
    detail: {
      startedOn,
      active: active.length,
      of: observed.length,
      soFar: horizon.endDay < to,
      notObserved: elapsed.length - observed.length,
      weeks: Array.from({ length: adoptionWeeks }, (_, index) =>
        observed.includes(index) ? used.has(index) : null,
      ),
    },
  }
}
