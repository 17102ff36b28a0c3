import { describe, expect, it } from 'vitest'
import { csvLine, writeCsv } from './write-csv.ts'

describe('writing CSV', { timeout: 60_000 }, () => {
  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1+cmd', "'+1+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3', "'-2+3"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['-5', '-5'],
    ['+1,234.50', '"+1,234.50"'],
    ['plain', 'plain'],
  ])('writes %j so that no spreadsheet runs it', (cell, expected) => {
    expect(csvLine([cell])).toBe(expected)
  })

  it('leaves text as it is for programs', () => {
    expect(csvLine(['=1', -5, null, true], { formulas: 'keep', delimiter: ';' })).toBe('=1;-5;;true')
  })

  it('streams rows with line ends and a mark', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => [i, `name ${i}`])
    const pieces: string[] = []
    for await (const piece of writeCsv(rows, { bom: true })) pieces.push(piece)
    expect(pieces.length).toBeGreaterThan(3)
    const text = pieces.join('')
    expect(text.startsWith('\ufeff0,name 0\r\n1,name 1\r\n')).toBe(true)
    expect(text.endsWith('29999,name 29999\r\n')).toBe(true)
  })
})
