import type { Contribution } from '../../../platform/readings.ts'
import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import { activeWeeks, missing, series, sum, weekEvidence, type Known, type Part } from './known.ts'
import { leastWeeks, trendOf } from './trend.ts'

/** Share of the last weeks with use. The week under way counts once it has use, and never against the account. */
export function weeklyActive(known: Known): Part {
  const weeks = [...known.weeks, ...(known.thisWeek ? [known.thisWeek] : [])].slice(-activeWeeks)
  if (weeks.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  const active = weeks.filter(({ events }) => events > 0)
  const [low, high] = wilsonInterval(active.length, weeks.length)
  const contributions: Contribution[] = active.map(({ start, events, days }) => ({
    code: 'usage.week_active',
    params: { from: start, events, days },
    amount: 1 / weeks.length,
  }))
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low,
    high,
    n: weeks.length,
    contributions,
    evidence: weeks.map(weekEvidence),
    detail: { active: active.length, of: weeks.length, ...series(known, ({ events }) => events) },
  }
}

/** Change of the typical week, of complete weeks only. */
export function weeklyTrend(known: Known): Part {
  const events = known.weeks.map((week) => week.events)
  // The week of the first use has begun before it: it says nothing about a whole week.
  const whole = known.weeks[0] && known.weeks[0].start < known.firstDay ? events.slice(1) : events
  const found = trendOf(whole)
  const shown = series(known, (week) => week.events)
  if (!found) return missing('weeks', whole.length, { have: whole.length, need: leastWeeks, ...shown })
  const { change, low, high, parts, ...rest } = found
  const recent = known.weeks.slice(-parts.length)
  return {
    value: change,
    low,
    high,
    n: whole.length,
    contributions: parts.map((amount, index) => ({
      code: 'usage.week_against_usual',
      params: { from: recent[index]!.start, events: recent[index]!.events },
      amount,
    })),
    evidence: recent.map(weekEvidence),
    detail: { method: 't_prediction_log1p', ...rest, ...shown },
  }
}
