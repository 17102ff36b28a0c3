import { describe, expect, test } from 'vitest'
import {
  dayRead,
  evidenceWords,
  formatWords,
  sourceWords,
  stoppedByHand,
  totalsNote,
  totalWords,
} from './describe.ts'
import { exactMoney } from '../model/report-words.ts'
import type { ColumnGuess, Import } from './queries.ts'
import { canUndo, inFileOrder, planLock, reachedStep, stepOf, steps } from './steps.ts'
import { progressOf, rateOf } from './use-progress.ts'
import { words } from './words.ts'

describe('steps', () => {
  const at = (state: Import['state'], over: Partial<Import> = {}) =>
    ({ state, error: null, faults: [], startedAt: null, ...over }) as unknown as Import
  const fault = (code: Import['faults'][number]['code']) => ({ code, column: 'opened', field: null })
  const failure = (phase: 'check' | 'run' | 'undo') => ({ phase, code: 'x', params: {}, detail: 'x', row: 3 })

  test('follow the state of the server in one direction', () => {
    const states = [
      'uploaded',
      'checking',
      'checked',
      'waiting',
      'running',
      'done',
      'undoing',
      'undone',
    ] as const
    const order = states.map((state) => steps.indexOf(stepOf(at(state))))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(stepOf(at('failed', { error: failure('check') }))).toBe('check')
    expect(stepOf(at('failed', { error: failure('run') }))).toBe('import')
    expect(stepOf(at('failed', { error: failure('undo') }))).toBe('result')
  })

  test('an open question about dates holds the file back, a missing field does not', () => {
    expect(reachedStep(at('uploaded', { faults: [fault('day_order_unknown')] }))).toBe('file')
    expect(reachedStep(at('uploaded', { faults: [fault('field_missing')] }))).toBe('columns')
  })

  test('what was written can be undone and not read otherwise', () => {
    const started = { startedAt: '2026-01-01T00:00:00Z' }
    expect(canUndo(at('failed'))).toBe(false)
    expect(canUndo(at('failed', started))).toBe(true)
    expect(planLock(at('failed', started))).toBe('planStands')
    expect(planLock(at('checked'))).toBeNull()
    expect(planLock(at('checking'))).toBe('planBusy')
  })

  test('what was stopped by hand says how much of it stands', () => {
    const counts = { undone: 2_000, toUndo: 4_500 } as Import['counts']
    const stopped = (phase: 'check' | 'run' | 'undo', row: number) =>
      stoppedByHand({ counts }, { ...failure(phase), row })
    expect(stopped('run', 6_000).title).toBe('The import was stopped at row 6,000.')
    expect(stopped('run', 0).text).toBe('Nothing was imported.')
    expect(stopped('check', 6_000).text).toBe('Nothing was imported.')
    expect(stopped('undo', 6_000).text).toContain('2,000 of 4,500 changes are put back.')
  })

  test('progress counts bytes while a file is read and changes while they are put back', () => {
    const counts = { undone: 30, toUndo: 40 } as Import['counts']
    const read = { bytesDone: 120, fileBytes: 100, counts }
    expect(progressOf({ ...read, state: 'running' })).toEqual({ done: 100, total: 100 })
    expect(progressOf({ ...read, state: 'undoing' })).toEqual({ done: 30, total: 40 })
  })

  test('files come in the order in which they find each other', () => {
    const names = [
      'feature_usage.csv.gz',
      'support_tickets.csv',
      'churn_events.csv',
      'subscriptions.csv',
      'accounts.csv',
      'zoo.csv',
    ]
    expect(inFileOrder(names.map((name) => ({ name }))).map(({ name }) => name)).toEqual([
      'accounts.csv',
      'subscriptions.csv',
      'churn_events.csv',
      'support_tickets.csv',
      'feature_usage.csv.gz',
      'zoo.csv',
    ])
  })
})

describe('what was understood, in words', () => {
  const column = (over: Partial<ColumnGuess>): ColumnGuess => ({
    index: 0,
    name: 'opened',
    format: { type: 'date', order: 'dmy' },
    rows: 9,
    missing: 0,
    missingMarks: [],
    possibleMarks: [],
    exceptions: { count: 0, examples: [] },
    undecided: null,
    evidence: [],
    hint: null,
    dayOnly: 0,
    zoned: 0,
    alternatives: [],
    currencies: [],
    distinct: { count: 9, capped: false },
    min: null,
    max: null,
    longestChars: 10,
    examples: [],
    ...over,
  })

  test('an order of day and month stands with the cell that proves it', () => {
    const proven = column({ evidence: [{ proves: 'dmy', row: 7, value: '29/2/2016' }] })
    expect(formatWords(proven.format)).toBe('day, day first')
    expect(evidenceWords(proven, undefined)).toEqual(['\u201c29/2/2016\u201d (row 7) proves day first.'])
  })

  test('an order that nothing proves is asked, and cells that contradict each other are said', () => {
    const open = column({ format: { type: 'date', order: null }, undecided: 'dayOrder' })
    expect(formatWords(open.format, open.undecided)).toBe('day, order to be chosen')
    expect(evidenceWords(open, undefined)).toEqual(['Nothing proves it: please choose.'])
    const both = column({
      undecided: 'dayOrder',
      evidence: [
        { proves: 'dmy', row: 1, value: '29/2/2016' },
        { proves: 'mdy', row: 2, value: '2/29/2016' },
      ],
    })
    expect(evidenceWords(both, undefined).at(-1)).toContain('contradict')
  })

  test('a date reads in both orders', () => {
    expect(dayRead('3/4/2016 10:15', 'dmy')).toBe('3 April 2016')
    expect(dayRead('3/4/2016 10:15', 'mdy')).toBe('4 March 2016')
  })

  test('amounts have the digits of their currency, and totals their names', () => {
    expect(exactMoney(278_600, 'USD')).toBe('$2,786.00')
    expect(exactMoney(2_786, 'JPY')).toBe('\u00a52,786')
    expect(totalWords('refund_cents', 865_225, 'USD')).toEqual({
      term: 'Refunded in all',
      value: '$8,652.25',
    })
    expect(totalWords('amount_cents:JPY', 1_200, 'USD')).toEqual({
      term: 'Invoiced in all, JPY',
      value: '\u00a51,200',
    })
    expect(totalWords('priority_2', 1_200, 'USD')).toEqual({ term: 'Priority 2', value: '1,200' })
    expect(totalWords('new_thing', 3, 'USD').term).toBe('New thing')
  })

  test('totals are those of the end of the import, and say when that was', () => {
    expect(words('totals')).toBe('Stored after this import')
    const now = new Date('2026-11-20T00:00:00Z')
    expect(totalsNote('2026-10-15T06:10:00.000Z', 'Europe/Berlin', now)).toBe(
      'of this kind, from all imports, as of 15 Oct, 08:10',
    )
    expect(totalsNote(null, 'UTC', now)).toBe('of this kind, from all imports')
  })

  test('what each source says is shown, and an unknown shape is left out', () => {
    const sources = { flag: { left: 110, stays: 390, silent: 0 } }
    expect(sourceWords({ code: 'churn_sources', params: { sources }, count: 3 })).toEqual([
      'The mark in your files: 110 left, 390 stay, nothing said of 0.',
    ])
    expect(sourceWords({ code: 'x', params: { sources: ['a'] }, count: 1 })).toEqual([])
  })

  test('rows a second need two readings that differ', () => {
    expect(rateOf([])).toBeNull()
    expect(rateOf([{ at: 0, rows: 10 }])).toBeNull()
    expect(
      rateOf([
        { at: 0, rows: 10 },
        { at: 2_000, rows: 5_010 },
      ]),
    ).toBe(2_500)
  })
})
