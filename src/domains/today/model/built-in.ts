import type { Rule, RuleDefinition } from '../schema.ts'

const assumed = (share: number): RuleDefinition['effect'] => ({ share, basis: 'assumption', measured: true })
const usual = { scope: {}, minutesForMany: null, holdOut: 0, floor: false } as const

/** The rules that Mainstay comes with. Their effects are assumptions, and say so wherever they are shown. */
export const builtInRules: Readonly<Record<string, RuleDefinition>> = {
  renewal_near: {
    ...usual,
    name: 'Renewal is near',
    action: 'Prepare the renewal',
    source: {
      kind: 'readings',
      all: [
        { reading: 'revenue.renewal', part: 'value', op: 'at_most', value: 60 },
        { reading: 'revenue.renewal', part: 'value', op: 'at_least', value: 0 },
        // What goes on from month to month is always near its renewal.
        { reading: 'revenue.renewal', part: 'detail.monthly', op: 'is', value: false },
      ],
    },
    tone: 'ochre',
    minutes: 30,
    minutesForMany: 60,
    effect: assumed(0.1),
  },
  usage_out_of_band: {
    ...usual,
    name: 'Usage fell out of its band',
    action: 'Ask what changed',
    source: {
      kind: 'readings',
      all: [
        { reading: 'usage.trend', part: 'detail.outOfBand', op: 'is', value: true },
        { reading: 'usage.trend', part: 'detail.direction', op: 'is', value: 'down' },
      ],
    },
    tone: 'rust',
    minutes: 25,
    minutesForMany: 60,
    effect: assumed(0.15),
  },
  usage_stopped: {
    ...usual,
    name: 'Use stopped for longer than usual',
    action: 'Ask what is in the way',
    source: {
      kind: 'readings',
      all: [
        { reading: 'usage.last_used', part: 'detail.outOfRhythm', op: 'is', value: true },
        { reading: 'usage.last_used', part: 'detail.silentDays', op: 'at_least', value: 7 },
      ],
    },
    tone: 'rust',
    minutes: 20,
    minutesForMany: 60,
    effect: assumed(0.12),
  },
  early_use_low: {
    ...usual,
    name: 'A young customer uses it in few weeks',
    action: 'Help them get started',
    source: {
      kind: 'readings',
      all: [
        { reading: 'usage.early_adoption', part: 'value', op: 'at_most', value: 0.5 },
        { reading: 'usage.early_adoption', part: 'detail.soFar', op: 'is', value: true },
        { reading: 'usage.early_adoption', part: 'detail.of', op: 'at_least', value: 4 },
      ],
    },
    tone: 'ochre',
    minutes: 30,
    minutesForMany: 60,
    effect: assumed(0.12),
  },
  few_seats_used: {
    ...usual,
    name: 'Few of the seats are used',
    action: 'Find out who should be using it',
    source: {
      kind: 'readings',
      all: [{ reading: 'usage.active_users', part: 'detail.shareOfSeats', op: 'at_most', value: 0.25 }],
    },
    tone: 'ochre',
    minutes: 30,
    minutesForMany: 60,
    effect: assumed(0.08),
  },
  severe_ticket_open: {
    ...usual,
    name: 'A severity-one ticket is open',
    action: 'Agree the next step on the ticket',
    source: {
      kind: 'readings',
      all: [{ reading: 'tickets.open_severe', part: 'value', op: 'at_least', value: 1 }],
    },
    tone: 'rust',
    minutes: 20,
    effect: assumed(0.1),
  },
  task_due: {
    ...usual,
    name: 'A task is due',
    action: 'Do the task',
    source: { kind: 'tasks', dueWithinDays: 0 },
    tone: 'petrol',
    minutes: 15,
    effect: assumed(0),
    floor: true,
  },
}

/** Rules that come switched off: in many companies they find half of the customers, so they are tried first. */
const shippedOff: ReadonlySet<string> = new Set(['few_seats_used'])

export const isBuiltIn = (code: string): boolean => code in builtInRules

/** Built-in rules, each replaced by the newest version that people saved, and the rules of people's own. */
export function effectiveRules(saved: readonly Rule[]): Rule[] {
  const own = new Map(saved.map((rule) => [rule.code, rule]))
  const builtIn = Object.entries(builtInRules).map(
    ([code, definition]): Rule =>
      own.get(code) ?? {
        code,
        version: 0,
        enabled: !shippedOff.has(code),
        definition,
        changedAt: null,
        changedBy: null,
      },
  )
  return [...builtIn, ...saved.filter((rule) => !isBuiltIn(rule.code))]
}
