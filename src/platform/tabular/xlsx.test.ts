import { describe, expect, it } from 'vitest'
import { numberKind, serialToIso } from './excel-date.ts'
import { inspectTable, readTable } from './table.ts'
import { allRows, rowsUntilError, workbookSource } from './tabular.fixture.ts'
import { listSheets, readSheet } from './xlsx.ts'
import { workbookFile, type WorkbookFixture, workbookParts, zipFile } from './xlsx.fixture.ts'

const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
const row = (...cells: string[]) => `<row>${cells.join('')}</row>`
const sheet = (rows: string, changes: Partial<WorkbookFixture> = {}): WorkbookFixture => ({
  sheets: [{ name: 'Data', rows }],
  ...changes,
})

const readBook = async (workbook: WorkbookFixture, columns: string[], options = {}) =>
  allRows(
    readSheet(
      await workbookSource(workbookFile(workbook)),
      { kind: 'sheet', sheet: 'Data', preambleRows: 0, header: false, columns },
      options,
    ),
  )
const firstRow = async (cells: string, changes: Partial<WorkbookFixture> = {}, width = 1) =>
  (
    await readBook(
      sheet(`<row>${cells}</row>`, changes),
      Array.from({ length: width }, () => 'c'),
    )
  )[0]!.fields

describe('reading workbooks', { timeout: 60_000 }, () => {
  it.each<[string, string, string]>([
    ['a number', '<c><v>29.850000000000001</v></c>', '29.85'],
    ['a long number', '<c><v>1.2300000000000001E+20</v></c>', '123000000000000000000'],
    ['a small number', '<c><v>1.5E-7</v></c>', '0.00000015'],
    ['a boolean', '<c t="b"><v>1</v></c>', 'TRUE'],
    ['an error', '<c t="e"><v>#N/A</v></c>', '#N/A'],
    ['the cached value of a formula', '<c t="str"><f>A1&amp;"x"</f><v>ax</v></c>', 'ax'],
    ['an inline string', '<c t="inlineStr"><is><r><t>a </t></r><r><t>b</t></r></is></c>', 'a b'],
    ['a shared string', '<c t="s"><v>0</v></c>', 'plain'],
    ['rich text without its phonetic guide', '<c t="s"><v>1</v></c>', '東京'],
    ['an escaped control character', '<c t="s"><v>2</v></c>', 'a\rb'],
    ['a day', '<c s="1"><v>45351</v></c>', '2024-02-29'],
    ['a moment', '<c s="2"><v>45351.125</v></c>', '2024-02-29T03:00:00'],
    ['a day by a custom format', '<c s="3"><v>45351</v></c>', '2024-02-29'],
    ['a time of day', '<c s="4"><v>0.5625</v></c>', '13:30:00'],
    ['elapsed hours as a number', '<c s="5"><v>1.5</v></c>', '1.5'],
    ['a day in ISO form', '<c t="d"><v>2024-02-29</v></c>', '2024-02-29'],
  ])('gives out %s', async (_, cell, expected) => {
    const fields = await firstRow(cell, {
      sharedStrings:
        '<si><t>plain</t></si><si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウ</t></rPh></si><si><t>a_x000D_b</t></si>',
      formatIds: [0, 14, 22, 164, 165, 166],
      formats: { 164: '[$-409]d "of" mmm yyyy;@', 165: 'h:mm AM/PM', 166: '[h]:mm' },
    })
    expect(fields).toEqual([expected])
  })

  it('reads days of the 1904 system', async () => {
    expect(await firstRow('<c s="1"><v>43889</v></c>', { formatIds: [0, 14], date1904: true })).toEqual([
      '2024-02-29',
    ])
  })

  it('knows the day that never was', () => {
    expect([1, 59, 60, 61].map((serial) => serialToIso(serial, 'date', false))).toEqual([
      '1900-01-01',
      '1900-02-28',
      '1900-02-29',
      '1900-03-01',
    ])
    expect(serialToIso(-1, 'date', false)).toBeNull()
  })

  it('does not take colours and literals of a number format for dates', () => {
    expect(numberKind(164, '[Red]#,##0.00 "days"')).toBe('number')
    expect(numberKind(164, 'General')).toBe('number')
    expect(numberKind(164, '0.00\\d')).toBe('number')
  })

  it('keeps gaps in rows and columns in place, and leaves empty rows out', async () => {
    const rows = await readBook(
      sheet(
        `<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row><row r="3"><c r="A3" s="0"/></row><row r="9"><c r="B9"><v>2</v></c></row>`,
      ),
      ['a', 'b', 'c'],
    )
    expect(rows.map(({ row, line, fields, problem }) => [row, line, fields, problem])).toEqual([
      [1, 2, ['1', '', '3'], null],
      [2, 9, ['', '2', ''], null],
    ])
  })

  it('marks a value outside the columns and keeps it', async () => {
    const [found] = await readBook(sheet(row('<c><v>1</v></c>', text('a,b'))), ['a'])
    expect(found!.problem).toEqual({
      code: 'too_many_fields',
      params: { expected: 1, found: 2 },
      raw: '1,"a,b"',
    })
  })

  it('lists sheets, reads the chosen one and prefers one that is shown', async () => {
    const workbook = workbookFile({
      sheets: [
        { name: 'Notes', rows: row(text('x')), state: 'hidden' },
        {
          name: 'Data',
          rows: row(text('id'), text('on')) + row('<c><v>1</v></c>', '<c s="1"><v>45351</v></c>'),
        },
      ],
      formatIds: [0, 14],
    })
    const source = await workbookSource(workbook)
    expect(await listSheets(source)).toEqual([
      { name: 'Notes', hidden: true },
      { name: 'Data', hidden: false },
    ])
    const guess = await inspectTable(source)
    expect(guess.dialect).toMatchObject({ kind: 'sheet', sheet: 'Data', header: true, columns: ['id', 'on'] })
    expect(guess.columns.map(({ format }) => format.type)).toEqual(['integer', 'date'])
    expect(await allRows(readTable(source, guess.dialect))).toMatchObject([{ row: 1, line: 2 }])
    await expect(inspectTable(source, { choices: { sheet: 'Other' } })).rejects.toMatchObject({
      code: 'unknown_sheet',
    })
  })

  it('starts again after row n, in the same batches as text', async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => row(`<c><v>${i}</v></c>`)).join('')
    const all = await readBook(sheet(rows), ['a'])
    expect(all).toHaveLength(2_500)
    expect(await readBook(sheet(rows), ['a'], { skipRows: 1_234 })).toEqual(all.slice(1_234))
  })

  it('skips a title above the table', async () => {
    const data = Array.from({ length: 5 }, (_, i) => row(`<c><v>${i}</v></c>`, text('x'), text('y')))
    const rows = row(text('Report of May')) + row(text('id'), text('a'), text('b')) + data.join('')
    const { dialect } = await inspectTable(await workbookSource(workbookFile(sheet(rows))))
    expect(dialect).toMatchObject({ preambleRows: 1, columns: ['id', 'a', 'b'] })
  })

  describe('of a hostile kind', () => {
    const failure = async (content: Buffer, limits = {}) => {
      const source = await workbookSource(content)
      const reading = readSheet(
        source,
        { kind: 'sheet', sheet: 'Data', preambleRows: 0, header: false, columns: ['a'] },
        { limits },
      )
      return rowsUntilError(reading)
    }
    const replaced = (part: string, content: string) =>
      zipFile(
        workbookParts(sheet(row('<c t="s"><v>0</v></c>'))).map((entry) =>
          entry.name === part ? { ...entry, content } : entry,
        ),
      )

    it('refuses document types, so that no entity is ever expanded', async () => {
      const bomb =
        '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c SYSTEM "file:///etc/passwd">]><sst><si><t>&c;</t></si></sst>'
      expect((await failure(replaced('xl/sharedStrings.xml', bomb))).error).toMatchObject({
        code: 'doctype_refused',
      })
    })

    it('refuses entities nobody declared', async () => {
      const { error } = await failure(replaced('xl/sharedStrings.xml', '<sst><si><t>&c;</t></si></sst>'))
      expect(error).toMatchObject({ code: 'sheet_unreadable' })
    })

    it('refuses a reference to text that is not there', async () => {
      const { error } = await failure(workbookFile(sheet(row('<c t="s"><v>7</v></c>'))))
      expect(error).toMatchObject({ code: 'sheet_unreadable' })
    })

    it('refuses more shared text than fits in memory', async () => {
      const book = workbookFile(
        sheet(row('<c t="s"><v>0</v></c>'), { sharedStrings: '<si><t>abc</t></si>'.repeat(99) }),
      )
      expect((await failure(book, { maxSharedStrings: 50 })).error).toMatchObject({
        code: 'too_many_shared_strings',
      })
      expect((await failure(book, { maxSharedStringChars: 50 })).error).toMatchObject({
        code: 'too_many_shared_strings',
      })
    })

    it('refuses a sheet that inflates without measure', async () => {
      const book = workbookFile(sheet(row('<c><v>1</v></c>').repeat(200_000)))
      const { error } = await failure(book, { ratioFloorBytes: 1_000_000, maxInflateRatio: 100 })
      expect(error).toMatchObject({ code: 'inflates_too_much' })
    })

    it('refuses a cell without end before it fills the memory', async () => {
      const { error } = await failure(workbookFile(sheet(row(text('x'.repeat(40_000_000))))))
      expect(error).toMatchObject({ code: 'sheet_unreadable' })
    })

    it.each([
      ['a cell beyond the last column', '<row><c r="ZZZZ1"><v>1</v></c></row>'],
      ['rows out of order', '<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>'],
      ['XML that is not closed', '<row><c><v>1</v></c>'],
    ])('refuses %s', async (_, rows) => {
      expect((await failure(workbookFile(sheet(rows)))).error).toMatchObject({ code: 'sheet_unreadable' })
    })

    it('notices a part whose content is not what the directory says', async () => {
      const parts = (forged: { size?: number; checksum?: number }) =>
        zipFile(
          workbookParts(sheet(row('<c><v>1</v></c>'))).map((entry) =>
            entry.name.includes('sheet1') ? { ...entry, forged } : entry,
          ),
        )
      expect((await failure(parts({ checksum: 1 }))).error).toMatchObject({ code: 'corrupt_zip' })
      expect((await failure(parts({ size: 10 }))).error).toMatchObject({ code: 'corrupt_zip' })
    })
  })
})
