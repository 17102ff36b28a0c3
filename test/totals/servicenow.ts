// Totals of the ServiceNow log, worked out from the file alone: what the app shows after an import must equal them.
// Rules: rows in the order of the file; rows with the state -100 are left out; first and last are the first and last row.
import { countBy, mean, quantile, readCsv, type CsvRow } from './read-csv.ts'

/** 'd/m/yyyy hh:mm' in UTC as milliseconds, null for '?'. */
function readTime(text: string): number | null {
  const match = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+)$/.exec(text)
  if (!match) return null
  const [day, month, year, hour, minute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute)
}

const priority = (row: CsvRow): number => Number(row.priority!.slice(0, 1))
const most = (rows: readonly CsvRow[], column: string): number =>
  rows.reduce((max, row) => Math.max(max, Number(row[column])), 0)

export function serviceNowTotals() {
  const log = readCsv('servicenow-incidents/incident_event_log.csv.gz')
  const used = log.filter((row) => row.incident_state !== '-100')
  const byNumber = new Map<string, CsvRow[]>()
  for (const row of used) {
    const rows = byNumber.get(row.number!)
    if (rows) rows.push(row)
    else byNumber.set(row.number!, [row])
  }
  const incidents = [...byNumber.values()].map((rows) => {
    const [first, last] = [rows[0]!, rows.at(-1)!]
    const [opened, resolved] = [readTime(first.opened_at!), readTime(last.resolved_at!)]
    return {
      first: priority(first),
      last: priority(last),
      reopened: most(rows, 'reopen_count') > 0,
      reassignments: most(rows, 'reassignment_count'),
      slaMet: last.made_sla === 'true',
      state: last.incident_state!,
      category: last.category!,
      hours: opened === null || resolved === null ? null : (resolved - opened) / 3_600_000,
      openedMonth: opened === null ? 'unknown' : new Date(opened).toISOString().slice(0, 7),
    }
  })
  const reassignments = incidents.map((incident) => incident.reassignments)
  const hoursOf = (level: number) =>
    incidents.flatMap(({ last, hours }) => (last === level && hours !== null ? [hours] : []))
  return {
    rows: log.length,
    refusedRows: log.length - used.length,
    events: used.length,
    incidents: incidents.length,
    reopened: incidents.filter(({ reopened }) => reopened).length,
    slaMissed: incidents.filter(({ slaMet }) => !slaMet).length,
    lastPriority: countBy(incidents, ({ last }) => String(last)),
    raised: incidents.filter(({ first, last }) => last < first).length,
    lowered: incidents.filter(({ first, last }) => last > first).length,
    lastState: countBy(incidents, ({ state }) => state),
    openedByMonth: countBy(incidents, ({ openedMonth }) => openedMonth),
    categories: countBy(incidents, ({ category }) => category),
    reassignment: {
      mean: mean(reassignments),
      median: quantile(reassignments, 0.5),
      p90: quantile(reassignments, 0.9),
      threeOrMore: reassignments.filter((count) => count >= 3).length,
    },
    hoursByLastPriority: Object.fromEntries(
      [1, 2, 3, 4].map((level) => {
        const hours = hoursOf(level)
        return [
          level,
          { n: hours.length, mean: mean(hours), median: quantile(hours, 0.5), p90: quantile(hours, 0.9) },
        ]
      }),
    ),
  }
}
