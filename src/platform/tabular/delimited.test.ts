import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readDelimited } from './delimited.ts'
import { numberedColumns } from './raw-row.ts'
import { defaultLimits } from './limits.ts'
import {
  allFields,
  allRows,
  chunkedSource,
  dialectWith,
  rowsUntilError,
  textSource,
} from './tabular.fixture.ts'
import { csvLine } from './write-csv.ts'

const read = async (content: string | Buffer, columns: string[], changes = {}, options = {}) =>
  allRows(readDelimited(await textSource(content), dialectWith(columns, changes), options))

// Control characters make a short file look binary; one row of words keeps a table from being blank.
const anyField = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.stringMatching(/^[a"',;\t\r\n |é€]{0,6}$/),
  )
  .map((text) => text.replace(/[^\P{Cc}\t\r\n]/gu, ''))
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) =>
    fc
      .array(fc.array(anyField, { minLength: width, maxLength: width }), { maxLength: 12 })
      .map((rows) => [Array.from({ length: width }, () => 'word'), ...rows]),
  )

describe('reading delimited text', { timeout: 60_000 }, () => {
  it('gives back what was written, in any delimiter, line end and Unicode encoding', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
        fc.boolean(),
        async (rows, delimiter, lineEnd, encoding, lastLineEnd) => {
          const text = rows.map((row) => csvLine(row, { delimiter, formulas: 'keep' })).join(lineEnd)
          const bytes = iconv.encode(text + (lastLineEnd ? lineEnd : ''), encoding, { addBOM: true })
          const columns = numberedColumns(rows[0]!.length, defaultLimits)
          const found = await allFields(
            readDelimited(
              await chunkedSource(bytes, [1000]),
              dialectWith(columns, { delimiter, encoding, header: false }),
            ),
          )
          expect(found).toEqual(rows)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('does not depend on how the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.array(fc.constantFrom('\n', '\r\n', '\r', '\n\n', '"', 'x"y'), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 }),
        async (rows, ends, sizes) => {
          const text = rows
            .map((row, i) => csvLine(row, { formulas: 'keep' }) + ends[i % ends.length]!)
            .join('')
          const bytes = Buffer.from(`id,é\n1,x\n${text}`)
          const dialect = dialectWith(['id', 'é'])
          const outcome = async (chunks: number[]) => {
            const found = []
            try {
              for await (const batch of readDelimited(await chunkedSource(bytes, chunks), dialect))
                found.push(batch.rows)
              return { found, error: null }
            } catch (error) {
              return { found, error }
            }
          }
          expect(await outcome(sizes)).toEqual(await outcome([bytes.length]))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('agrees with an independent parser on well-formed text', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = rows.map((row) => csvLine(row, { formulas: 'keep' })).join('\n')
        const expected = parse(text, { record_delimiter: '\n', relax_quotes: true }) as string[][]
        const columns = numberedColumns(rows[0]!.length, defaultLimits)
        const found = await allFields(
          readDelimited(await chunkedSource(Buffer.from(text), [9]), dialectWith(columns, { header: false })),
        )
        expect(found).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('starts again after row n with the same rows and numbers', async () => {
    const text = ['id,note', ...Array.from({ length: 40 }, (_, i) => `${i},"a\nb ${i}"`)].join('\n')
    const all = await read(text, ['id', 'note'])
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 45 }), async (skipRows) => {
        expect(await read(text, ['id', 'note'], {}, { skipRows })).toEqual(all.slice(skipRows))
      }),
      { numRuns: 20 },
    )
  })

  it('reads mixed line ends and a byte order mark, and counts physical lines', async () => {
    const rows = await read('\ufeffa,b\r\n1,2\n3,"x\r\ny"\r5,6\n\n7,8', ['a', 'b'])
    expect(rows.map(({ row, line, fields }) => [row, line, fields])).toEqual([
      [1, 2, ['1', '2']],
      [2, 3, ['3', 'x\r\ny']],
      [3, 5, ['5', '6']],
      [4, 7, ['7', '8']],
    ])
  })

  it('keeps the text of ragged rows and reads on', async () => {
    const rows = await read('a,b\n1\n1,2,3\n"x" y,2\n1,2,,\n3,4\0\n5,6', ['a', 'b'])
    expect(rows.map(({ problem }) => problem?.code ?? null)).toEqual([
      'too_few_fields',
      'too_many_fields',
      'text_after_quote',
      null,
      'nul_character',
      null,
    ])
    expect(rows[1]!.problem).toEqual({
      code: 'too_many_fields',
      params: { expected: 2, found: 3 },
      raw: '1,2,3',
    })
    expect(rows[2]!.problem!.raw).toBe('"x" y,2')
    expect(rows[3]!.fields).toEqual(['1', '2'])
  })

  it('makes empty and repeated column names unique', async () => {
    const rows = await read('name,name,,name_2,\n1,2,3,4,5', [
      'name',
      'name_3',
      'column_3',
      'name_2',
      'column_5',
    ])
    expect(rows[0]!.fields).toEqual(['1', '2', '3', '4', '5'])
  })

  it('refuses a header other than the one expected', async () => {
    await expect(read('id,nom\n1,x', ['id', 'name'])).rejects.toMatchObject({
      code: 'header_changed',
      params: { found: 'id, nom', expected: 'id, name' },
    })
  })

  it('names the row where an unclosed quote opens, after handing out the rows before it', async () => {
    const source = await textSource('a,b\n1,2\n3,"open\n5,6\n7,8\n')
    const { rows, error } = await rowsUntilError(readDelimited(source, dialectWith(['a', 'b'])))
    expect(rows).toHaveLength(1)
    expect(error).toMatchObject({ code: 'quote_not_closed', params: { row: 2, line: 3, column: 2 } })
  })

  it('stops at the limit when an unclosed quote would swallow the file', async () => {
    const source = await textSource(`a,b\n1,2\n3,"open\n${'5,6\n'.repeat(600_000)}`)
    const { rows, error } = await rowsUntilError(readDelimited(source, dialectWith(['a', 'b'])))
    expect(rows).toHaveLength(1)
    expect(error).toMatchObject({ code: 'quoted_field_too_long', params: { row: 2, line: 3, column: 2 } })
  })

  it('refuses fields and rows without end', async () => {
    const field = await textSource(`a,b\n1,${'x'.repeat(1_100_000)}\n`)
    const long = await rowsUntilError(readDelimited(field, dialectWith(['a', 'b'])))
    expect(long.error).toMatchObject({ code: 'field_too_long', params: { row: 1, line: 2, column: 2 } })
    const row = await textSource(`a,b\n${'1,'.repeat(5_000_000)}\n`)
    const wide = await rowsUntilError(readDelimited(row, dialectWith(['a', 'b'])))
    expect(wide.error).toMatchObject({ code: 'row_too_long', params: { row: 1, line: 2 } })
  })

  it('names the row of a byte that is not valid in the declared encoding', async () => {
    const source = await textSource(Buffer.from('a,b\n1,x\n2,caf\xe9\n3,y\n', 'latin1'))
    const { rows, error } = await rowsUntilError(readDelimited(source, dialectWith(['a', 'b'])))
    expect(rows).toHaveLength(1)
    expect(error).toMatchObject({
      code: 'invalid_bytes',
      params: { row: 2, line: 3, byte: '0xE9', offset: 13, encoding: 'utf-8' },
    })
  })

  it('hands out the rows before the end of a truncated gzip', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `${i},${Math.sin(i)}`)
    const packed = gzipSync(`a,b\n${lines.join('\n')}`)
    const source = await textSource(packed.subarray(0, packed.length - 1000))
    const { rows, error } = await rowsUntilError(readDelimited(source, dialectWith(['a', 'b'])))
    expect(rows.length).toBeGreaterThan(250_000)
    expect(rows.at(-1)!.fields).toEqual(lines[rows.length - 1]!.split(','))
    expect(error).toMatchObject({ code: 'truncated_gzip' })
  })

  it('stops when asked to', async () => {
    const stop = new AbortController()
    const source = await textSource(`a,b\n${'1,2\n'.repeat(500_000)}`)
    const reading = (async () => {
      for await (const _ of readDelimited(source, dialectWith(['a', 'b']), { signal: stop.signal }))
        stop.abort()
    })()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('reports progress in bytes of the compressed file', async () => {
    const packed = gzipSync(`a,b\n${Array.from({ length: 50_000 }, (_, i) => `${i},${i * i}`).join('\n')}`)
    const source = await textSource(packed)
    let bytesRead = 0
    for await (const batch of readDelimited(source, dialectWith(['a', 'b']))) {
      expect(batch.bytesRead).toBeGreaterThanOrEqual(bytesRead)
      bytesRead = batch.bytesRead
    }
    expect(bytesRead).toBe(packed.length)
    expect(source.sizeBytes).toBe(packed.length)
  })
})
