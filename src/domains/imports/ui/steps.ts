import { isBusy, type ImportState } from '../model.ts'
import type { Import } from './queries.ts'

export const steps = ['file', 'columns', 'check', 'import', 'result'] as const
export type StepName = (typeof steps)[number]

/** What every step is given. */
export type StepProps = Readonly<{
  entry: Import
  /** False for viewers, who look and change nothing. */
  mayImport: boolean
  go: (step: StepName) => void
}>

const failedSteps = { check: 'check', run: 'import', undo: 'result' } as const

/** The step at which an import stands, by what the server knows; every browser shows the same. */
export function stepOf({ state, error }: Pick<Import, 'state' | 'error'>): StepName {
  switch (state) {
    case 'uploaded':
      return 'file'
    case 'checking':
    case 'checked':
      return 'check'
    case 'waiting':
    case 'running':
      return 'import'
    case 'failed':
      return failedSteps[error?.phase ?? 'run']
    case 'done':
    case 'undoing':
    case 'undone':
      return 'result'
  }
}

/** Faults that are answered in the step File; the others belong to the columns. */
export const isFileFault = ({ code }: Import['faults'][number]): boolean =>
  code === 'day_order_unknown' || code === 'decimal_mark_unknown'

/** The furthest step that can be opened now. */
export function reachedStep(entry: Pick<Import, 'state' | 'error' | 'faults'>): StepName {
  const at = stepOf(entry)
  return at === 'file' && !entry.faults.some(isFileFault) ? 'columns' : at
}

/** Why the plan cannot be changed now, or null when it can. */
export function planLock({
  state,
  startedAt,
}: Pick<Import, 'state' | 'startedAt'>): 'planBusy' | 'planStands' | 'planStandsUndone' | null {
  if (isBusy(state)) return 'planBusy'
  if (state === 'undone') return 'planStandsUndone'
  return startedAt === null ? null : 'planStands'
}

/** Something was written that an undo takes back. */
export const canUndo = ({ state, startedAt }: { state: ImportState; startedAt: string | null }): boolean =>
  state === 'done' || (state === 'failed' && startedAt !== null)

/** Nothing was written, so the file may go. */
export const canDiscard = ({ state, startedAt }: { state: ImportState; startedAt: string | null }): boolean =>
  startedAt === null && !isBusy(state)

/** Kinds in the order in which they find each other: what others refer to comes first. */
const kindOrder = [
  'accounts',
  'snapshot',
  'people',
  'subscriptions',
  'invoices',
  'churn_events',
  'tickets',
  'ticket_log',
  'surveys',
  'messages',
  'usage',
]

const rank = (kind: string | null): number => {
  const at = kindOrder.indexOf(kind ?? '')
  return at < 0 ? kindOrder.length : at
}

export const inKindOrder = <T extends { kind: string | null }>(entries: readonly T[]): T[] =>
  entries.toSorted((a, b) => rank(a.kind) - rank(b.kind))

const namedKinds: readonly (readonly [RegExp, string])[] = [
  [/churn|cancel/, 'churn_events'],
  [/subscri|contract/, 'subscriptions'],
  [/invoice|billing/, 'invoices'],
  [/ticket|support|incident|case/, 'tickets'],
  [/survey|nps|csat/, 'surveys'],
  [/message|call|mail/, 'messages'],
  [/usage|event/, 'usage'],
  [/people|person|contact/, 'people'],
  [/account|customer|compan|client/, 'accounts'],
]

/** What a file is probably about by its name alone, before it was sent. */
const kindByName = (name: string): string | null =>
  namedKinds.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1] ?? null

/** Files in the order in which they are best brought in: accounts first, so that the others find them. */
export const inFileOrder = <T extends { name: string }>(files: readonly T[]): T[] =>
  files.toSorted((a, b) => rank(kindByName(a.name)) - rank(kindByName(b.name)))
