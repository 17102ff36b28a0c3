import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ColumnDetector } from './detect-columns.ts'
import { parseDateTime } from './parse-cell.ts'
import { openSource } from './source.ts'
import { inspectTable, readTable } from './table.ts'
import { allRows, fileWith } from './tabular.fixture.ts'

const inspect = async (content: string, choices = {}) =>
  inspectTable(await openSource(fileWith(content)), { choices })

const data = (path: string) => new URL(`../../../test/data/${path}`, import.meta.url).pathname

/** Everything about a file, confirmed on all of its rows. */
const readAll = async (path: string) => {
  const source = await openSource(data(path))
  const guess = await inspectTable(source)
  const rows = await allRows(readTable(source, guess.dialect))
  const detector = new ColumnDetector(guess.dialect.columns)
  detector.add(rows)
  const columns = new Map(detector.guesses().map((column) => [column.name, column]))
  return { guess, rows, columns }
}

describe('detecting how to read a text', { timeout: 60_000 }, () => {
  it.each([
    ['a;b\n1,5;2\n2,5;3', ';'],
    ['a\tb\n1\t2', '\t'],
    ['a|b\n1|2', '|'],
    ['a,b\n"1;2;3;4",2\n"5;6;7;8",3', ','],
    ['sep=;\r\na;b\r\n1;2', ';'],
    ['only\n1\n2', ','],
  ])('finds the delimiter of %j', async (content, delimiter) => {
    expect((await inspect(content)).dialect).toMatchObject({ delimiter })
  })

  it('reads past a separator line and a title', async () => {
    const marked = await inspect('sep=;\na;b\n1;2\n')
    expect(marked.dialect).toMatchObject({ preambleRows: 1, columns: ['a', 'b'] })
    expect(marked.sample.map(({ fields }) => fields)).toEqual([['1', '2']])
    const titled = await inspect('Report of May\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n')
    expect(titled.dialect).toMatchObject({ preambleRows: 1, columns: ['a', 'b', 'c'] })
  })

  it.each([
    ['id,name\n1,x\n2,y', true, true],
    ['1,x\n2,y', false, false],
    ['1,2\n3,4', false, true],
    ['name,city\nAnn,Rome\nBob,Oslo', true, false],
    ['red,blue\nblue,red\nred,red', false, false],
    ['id,name', true, false],
  ])('tells a header from data in %j', async (content, header, certain) => {
    const guess = await inspect(content)
    expect(guess.dialect.header).toBe(header)
    expect(guess.header.certain).toBe(certain)
  })

  it('numbers the columns of a table without header', async () => {
    const guess = await inspect('1,x\n2,y', { header: false })
    expect(guess.dialect.columns).toEqual(['column_1', 'column_2'])
    expect(guess.sample).toHaveLength(2)
  })

  it('reads single quotes where the file uses them', async () => {
    expect((await inspect("'a','b'\n'x, y','1'\n'z','2'")).dialect).toMatchObject({ quote: "'" })
  })

  it('refuses more columns than can be read', async () => {
    const wide = 'a,'.repeat(2_499) + 'a'
    await expect(inspect(`${wide}\n`)).rejects.toMatchObject({
      code: 'too_many_columns',
      params: { found: 2_500, limit: 2_000 },
    })
  })

  it('follows what a person chose', async () => {
    const source = await openSource(fileWith(Buffer.from('nom\ncafé\n', 'latin1')))
    const guess = await inspectTable(source, { choices: { encoding: 'macintosh', header: true } })
    expect(guess.sample[0]!.fields).toEqual(['cafÈ'])
    expect(guess.encoding!.encoding).toBe('windows-1252')
  })

  it('says so when a stored way of reading is for another kind of file', async () => {
    const source = await openSource(fileWith('a,b\n1,2'))
    const dialect = { kind: 'sheet' as const, sheet: 'A', preambleRows: 0, header: true, columns: ['a'] }
    expect(() => readTable(source, dialect)).toThrow('Excel workbook')
  })
})

describe('public files', { timeout: 60_000 }, () => {
  it('reads the Telco snapshot', async () => {
    const { rows, columns, guess } = await readAll('telco-ibm/telco.csv')
    expect(guess.header).toEqual({ evidence: 'types_differ', certain: true })
    expect(rows).toHaveLength(7_043)
    expect(rows.filter(({ problem }) => problem)).toEqual([])
    expect(columns.get('TotalCharges')).toMatchObject({
      format: { type: 'decimal', decimal: '.', decimals: 2 },
      missing: 11,
      missingMarks: [{ mark: ' ', count: 11 }],
      exceptions: { count: 0 },
    })
    expect(columns.get('Churn')!.format).toEqual({ type: 'boolean', trueWords: ['yes'], falseWords: ['no'] })
    expect(columns.get('SeniorCitizen')).toMatchObject({
      format: { type: 'boolean' },
      alternatives: ['integer'],
    })
    expect(columns.get('tenure')).toMatchObject({ format: { type: 'integer' }, min: '0', max: '72' })
    expect(columns.get('MultipleLines')!.format.type).toBe('text')
  })

  it('reads the ServiceNow log', async () => {
    const { rows, columns } = await readAll('servicenow-incidents/incident_event_log.csv.gz')
    expect(rows).toHaveLength(119_998)
    expect(rows.filter(({ problem }) => problem)).toEqual([])
    for (const name of ['opened_at', 'sys_created_at', 'sys_updated_at', 'resolved_at', 'closed_at'])
      expect(columns.get(name)).toMatchObject({
        format: { type: 'dateTime', order: 'dmy' },
        exceptions: { count: 0 },
        undecided: null,
      })
    expect(columns.get('opened_at')!.evidence[0]).toEqual({ proves: 'dmy', row: 1, value: '29/2/2016 01:16' })
    const questionMarks = rows.filter(({ fields }) => fields[34] === '?').length
    expect(columns.get('resolved_at')!.missingMarks).toEqual([{ mark: '?', count: questionMarks }])
    expect(columns.get('active')!.format.type).toBe('boolean')
    expect(columns.get('number')!.format.type).toBe('text')
  })

  it('reads the RavenStack tables', async () => {
    const counts = {
      'ravenstack_accounts.csv': 500,
      'ravenstack_subscriptions.csv': 5_000,
      'ravenstack_feature_usage.csv.gz': 25_000,
      'ravenstack_support_tickets.csv': 2_000,
      'ravenstack_churn_events.csv': 600,
    }
    for (const [file, count] of Object.entries(counts)) {
      const { rows } = await readAll(`ravenstack-saas/${file}`)
      expect(rows.filter(({ problem }) => !problem)).toHaveLength(count)
    }
    const { columns, rows } = await readAll('ravenstack-saas/ravenstack_support_tickets.csv')
    const closed = columns.get('closed_at')!
    expect(closed).toMatchObject({
      format: { type: 'dateTime', order: null },
      undecided: null,
      exceptions: { count: 0 },
    })
    expect(rows[0]!.fields[3]).toBe('2023-07-28 3:00')
    expect(parseDateTime(rows[0]!.fields[3]!, { type: 'dateTime', order: null }, 'UTC')).toEqual({
      ok: true,
      value: '2023-07-28T03:00:00.000Z',
    })
    expect(columns.get('satisfaction_score')).toMatchObject({ missing: 825, min: '3', max: '5' })
  })

  it('keeps every field of a file as it stands', async () => {
    const { rows, guess } = await readAll('ravenstack-saas/ravenstack_churn_events.csv')
    const text = [guess.dialect.columns, ...rows.map(({ fields }) => fields)]
      .map((fields) => fields.join(','))
      .join('\n')
    const file = readFileSync(data('ravenstack-saas/ravenstack_churn_events.csv'), 'utf8')
    const digest = (content: string) => createHash('sha256').update(content).digest('hex')
    expect(digest(text)).toBe(digest(file.replace(/\r\n/g, '\n').trimEnd()))
  })
})
