import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { createDecoder, detectEncoding } from './encoding.ts'

const decodeAll = (bytes: Buffer, encoding: string, size = 3) => {
  const decoder = createDecoder(encoding)
  let text = ''
  for (let at = 0; at < bytes.length; at += size) {
    const decoded = decoder.write(bytes.subarray(at, at + size))
    text += decoded.text
    if (decoded.invalid) return { text, invalid: decoded.invalid }
  }
  const last = decoder.end()
  return { text: text + last.text, invalid: last.invalid }
}

describe('encodings', { timeout: 60_000 }, () => {
  it.each([
    [Buffer.from('\ufeffa'), 'utf-8', 'bom'],
    [iconv.encode('a', 'utf-16le', { addBOM: true }), 'utf-16le', 'bom'],
    [iconv.encode('a', 'utf-16be', { addBOM: true }), 'utf-16be', 'bom'],
    [iconv.encode('name,city\n', 'utf-16le'), 'utf-16le', 'utf16_pattern'],
    [Buffer.from('plain'), 'utf-8', 'ascii'],
    [Buffer.from('café'), 'utf-8', 'valid_utf8'],
    [Buffer.from('café,1\n', 'latin1'), 'windows-1252', 'proposed'],
  ] as const)('knows %s', (bytes, encoding, evidence) => {
    expect(detectEncoding(bytes, true)).toMatchObject({ encoding, evidence })
  })

  it('does not mistake a character cut at the end of the sample for a fault', () => {
    const bytes = Buffer.from('a€')
    expect(detectEncoding(bytes.subarray(0, 3), false).evidence).not.toBe('proposed')
  })

  it('shows how other encodings would read what it cannot prove', () => {
    const guess = detectEncoding(iconv.encode('name\nПривет\n', 'windows-1251'), true)
    expect(guess.evidence).toBe('proposed')
    expect([guess, ...guess.alternatives]).toContainEqual(
      expect.objectContaining({ encoding: 'windows-1251', preview: 'Привет' }),
    )
  })

  it('shows a Central European word as each code page reads it, when nothing proves which is right', () => {
    const guess = detectEncoding(iconv.encode('name\nPříbram\n', 'windows-1250'), true)
    expect(guess).toMatchObject({ evidence: 'proposed', preview: expect.stringContaining('P') })
    expect([guess, ...guess.alternatives]).toContainEqual(
      expect.objectContaining({ encoding: 'windows-1250', preview: 'Příbram' }),
    )
  })

  it('decodes every chunking of any text alike', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'gb18030'),
        fc.integer({ min: 1, max: 5 }),
        (body, encoding, size) => {
          const text = `a${body.replaceAll('\ufffd', '')}`
          expect(decodeAll(iconv.encode(text, encoding), encoding, size)).toEqual({ text, invalid: null })
        },
      ),
    )
  })

  it('finds the first byte that is not UTF-8, as a reference decoder does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (array, size) => {
        const bytes = Buffer.from(array)
        const { text, invalid } = decodeAll(Buffer.concat([Buffer.from('x'), bytes]), 'utf-8', size)
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        let valid = true
        try {
          strict.decode(bytes)
        } catch {
          valid = false
        }
        expect(invalid === null).toBe(valid)
        expect(bytes.toString('utf8').startsWith(text.slice(1))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('never puts a replacement character for a byte without meaning', () => {
    expect(decodeAll(Buffer.from([0x61, 0x81, 0x62]), 'windows-1252')).toEqual({
      text: 'a',
      invalid: { offset: 1, byte: '0x81' },
    })
    expect(decodeAll(Buffer.from([0x61, 0, 0x00, 0xd8, 0x62, 0]), 'utf-16le').invalid).toMatchObject({
      offset: 2,
    })
    expect(decodeAll(Buffer.from([0x61, 0, 0x62]), 'utf-16le').invalid).toMatchObject({ offset: 2 })
  })

  it('refuses an encoding nobody knows', () => {
    expect(() => createDecoder('klingon')).toThrow('not known')
  })
})
