import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readDelimited } from './delimited.ts'
import { openSource } from './source.ts'
import { allRows, dialectWith, fileWith, textSource } from './tabular.fixture.ts'
import { TabularError } from './tabular-error.ts'
import { workbookFile, zipFile } from './xlsx.fixture.ts'

const refusal = async (content: string | Buffer, limits = {}) => {
  const error: unknown = await openSource(fileWith(content), { limits }).catch((e: unknown) => e)
  if (!(error instanceof TabularError)) throw new Error('the file was not refused')
  return error.code
}

const ole = (text: string) =>
  Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(text, 'utf16le')])

describe('opening a source', { timeout: 60_000 }, () => {
  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'empty_file'],
    ['a file of blank lines', '\ufeff \r\n\r\n', 'empty_file'],
    ['an empty gzip', gzipSync(''), 'empty_file'],
    ['an image named .csv', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'binary_file'],
    [
      'random bytes',
      Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31 + i) % 256)),
      'binary_file',
    ],
    ['a web page named .xls', '<!DOCTYPE html><table><tr><td>1</td></tr></table>', 'not_a_table'],
    ['JSON', '[{"a": 1}]', 'not_a_table'],
    ['an old Excel workbook', ole('Workbook'), 'legacy_excel'],
    ['a workbook with a password', ole('EncryptedPackage'), 'encrypted_excel'],
    ['a zip of a table', zipFile([{ name: 'a.csv', content: 'a,b\n1,2' }]), 'zip_without_workbook'],
    ['an encrypted zip', zipFile([{ name: 'a.csv', content: 'a', forged: { flags: 1 } }]), 'encrypted_zip'],
    ['a zip cut short', workbookFile({ sheets: [{ name: 'A', rows: '' }] }).subarray(0, 400), 'corrupt_zip'],
    ['a gzip cut short', gzipSync('a,b\n1,2\n'.repeat(99)).subarray(0, 30), 'truncated_gzip'],
    [
      'a damaged gzip',
      Buffer.concat([gzipSync('a,b').subarray(0, 10), Buffer.alloc(50, 0xff)]),
      'corrupt_gzip',
    ],
    ['a gzip in a gzip', gzipSync(gzipSync('a,b\n1,2')), 'nested_archive'],
    ['a workbook in a gzip', gzipSync(workbookFile({ sheets: [] })), 'nested_archive'],
    ['an image in a gzip', gzipSync(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')), 'binary_file'],
  ])('refuses %s', async (_, content, code) => {
    expect(await refusal(content)).toBe(code)
  })

  it('says what is missing when the file cannot be read', async () => {
    await expect(openSource('/nowhere/at/all.csv')).rejects.toMatchObject({
      code: 'file_unreadable',
      params: { reason: 'ENOENT' },
    })
  })

  it('refuses a gzip that inflates without measure, by size and by ratio', async () => {
    const bomb = gzipSync(Buffer.alloc(8_000_000, 'a,b\n'))
    expect(await refusal(bomb, { maxInflatedBytes: 500_000 })).toBe('inflates_too_much')
    const source = await textSource(bomb, { ratioFloorBytes: 4_000_000 })
    await expect(allRows(readDelimited(source, dialectWith(['a', 'b'])))).rejects.toMatchObject({
      code: 'inflates_too_much',
    })
  })

  it('accepts a very regular table below the floor, whatever its ratio', async () => {
    const source = await textSource(gzipSync(`a,b\n${'1,2\n'.repeat(500_000)}`))
    expect(await allRows(readDelimited(source, dialectWith(['a', 'b'])))).toHaveLength(500_000)
  })

  it('reads a stream once, plain or gzipped, and a workbook only from a file', async () => {
    for (const content of [Buffer.from('a,b\n1,2'), gzipSync('a,b\n1,2')]) {
      const source = await openSource(Readable.from([content.subarray(0, 3), content.subarray(3)]))
      if (source.format === 'xlsx') throw new Error('not a text')
      expect(await allRows(readDelimited(source, dialectWith(['a', 'b'])))).toHaveLength(1)
      await expect(allRows(readDelimited(source, dialectWith(['a', 'b'])))).rejects.toMatchObject({
        code: 'source_consumed',
      })
    }
    const workbook = workbookFile({ sheets: [{ name: 'A', rows: '' }] })
    await expect(openSource(Readable.from([workbook]))).rejects.toMatchObject({ code: 'workbook_needs_file' })
  })
})
