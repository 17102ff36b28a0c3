import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { utf16WithoutMark } from './signature.ts'
import { TabularError } from './tabular-error.ts'

export interface EncodingGuess {
  encoding: string
  /**
   * Why: a byte order mark, only ASCII seen, valid UTF-8 with accents seen, zero bytes in the pattern of UTF-16, or
   * "proposed" when the bytes cannot prove it and a person should look at the previews.
   */
  evidence: 'bom' | 'ascii' | 'valid_utf8' | 'utf16_pattern' | 'proposed'
  /** Other encodings in which every byte seen has a meaning, with a line of text as each reads it. */
  alternatives: { encoding: string; preview: string }[]
  /** The same line as the guessed encoding reads it; null when the encoding is certain. */
  preview: string | null
}

const candidates = [
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'macintosh',
  'shift_jis',
  'gb18030',
  'euc-kr',
]
const REPLACEMENT = '\ufffd'
const PREVIEW_BYTES = 40

/** Guesses the encoding from the first bytes; `whole` says that there are no more. */
export const detectEncoding = (head: Buffer, whole: boolean): EncodingGuess => {
  const certain = (encoding: string, evidence: EncodingGuess['evidence']): EncodingGuess => ({
    encoding,
    evidence,
    alternatives: [],
    preview: null,
  })
  const marked = encodingOfMark(head)
  if (marked) return certain(marked, 'bom')
  const pattern = utf16WithoutMark(head)
  if (pattern) return certain(pattern, 'utf16_pattern')
  const body = whole ? head : head.subarray(0, completeLength(head))
  if (isAscii(body)) return certain('utf-8', 'ascii')
  if (isUtf8(body)) return certain('utf-8', 'valid_utf8')
  return proposeEncoding(body)
}

const proposeEncoding = (body: Buffer): EncodingGuess => {
  const fitting = candidates
    .filter((encoding) => !iconv.decode(body, encoding).slice(0, -1).includes(REPLACEMENT))
    .map((encoding) => ({ encoding, preview: previewAs(body, encoding) }))
  const [best, ...alternatives] = fitting.length > 0 ? fitting : [{ encoding: 'iso-8859-1', preview: '' }]
  return { encoding: best!.encoding, evidence: 'proposed', alternatives, preview: best!.preview }
}

const previewAs = (body: Buffer, encoding: string): string => {
  const at = body.findIndex((byte) => byte > 127)
  const lineStart = Math.max(body.lastIndexOf(10, at) + 1, at - PREVIEW_BYTES)
  const lineEnd = body.indexOf(10, at)
  const to = Math.min(lineEnd < 0 ? body.length : lineEnd, at + PREVIEW_BYTES)
  return iconv.decode(body.subarray(lineStart, to), encoding).trim()
}

const encodingOfMark = (head: Buffer): string | null => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8'
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return null
}

/** Turns chunks of bytes into text. `invalid` tells where valid text ends; nothing is ever replaced in silence. */
export interface Decoder {
  write(bytes: Buffer): Decoded
  end(): Decoded
}

export interface Decoded {
  text: string
  invalid: { offset: number; byte: string | null } | null
}

/** Makes a decoder for any encoding iconv-lite knows. A leading byte order mark is dropped. */
export const createDecoder = (encoding: string): Decoder => {
  if (!iconv.encodingExists(encoding)) throw new TabularError('unknown_encoding', { encoding })
  const name = encoding.toLowerCase().replace(/[^a-z0-9]/g, '')
  if (name === 'utf8') return unmarked(utf8Decoder())
  if (name === 'utf16le' || name === 'ucs2' || name === 'utf16') return unmarked(utf16Decoder(false))
  if (name === 'utf16be') return unmarked(utf16Decoder(true))
  const legacy = legacyDecoder(encoding, singleByte.test(name))
  return unmarked(multiByte.test(name) ? byLine(legacy) : legacy)
}

const multiByte = /^(gb|hz|shiftjis|sjis|euc|big5|cp9|ms9|win9|windows9)/
const singleByte = /^(windows12|cp12|win12|iso8859|latin|macintosh|mac|koi8)/

const unmarked = (decoder: Decoder): Decoder => {
  let started = false
  const strip = (decoded: Decoded): Decoded => {
    if (started || decoded.text === '') return decoded
    started = true
    return decoded.text.startsWith('\ufeff') ? { ...decoded, text: decoded.text.slice(1) } : decoded
  }
  return { write: (bytes) => strip(decoder.write(bytes)), end: () => strip(decoder.end()) }
}

const utf8Decoder = (): Decoder => {
  let rest = Buffer.alloc(0)
  let offset = 0
  const decode = (bytes: Buffer): Decoded => {
    const length = isUtf8(bytes) ? bytes.length : validLength(bytes)
    const text = bytes.toString('utf8', 0, length)
    const invalid = length < bytes.length ? { offset: offset + length, byte: hex(bytes[length]!) } : null
    offset += length
    return { text, invalid }
  }
  return {
    write(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const length = completeLength(bytes)
      rest = Buffer.from(bytes.subarray(length))
      return decode(bytes.subarray(0, length))
    },
    end: () => decode(rest),
  }
}

/** Length without a character that is cut off at the end. */
const completeLength = (bytes: Buffer): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) break
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

const validLength = (bytes: Buffer): number => {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (isUtf8(bytes.subarray(0, completeLength(bytes.subarray(0, middle))))) valid = middle
    else invalid = middle
  }
  return completeLength(bytes.subarray(0, valid))
}

// In unicode mode a surrogate that is half of a pair does not match.
const loneSurrogate = /\p{Surrogate}/u

const utf16Decoder = (bigEndian: boolean): Decoder => {
  let rest = Buffer.alloc(0)
  let offset = 0
  const decode = (bytes: Buffer): Decoded => {
    const whole = bytes.subarray(0, bytes.length & ~1)
    const text = (bigEndian ? Buffer.from(whole).swap16() : whole).toString('utf16le')
    const lone = text.search(loneSurrogate)
    const length = lone < 0 ? text.length : lone
    const invalid = 2 * length < bytes.length ? { offset: offset + 2 * length, byte: null } : null
    offset += 2 * length
    return { text: text.slice(0, length), invalid }
  }
  return {
    write(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let length = bytes.length & ~1
      const lastUnit =
        length >= 2 ? (bigEndian ? bytes.readUInt16BE(length - 2) : bytes.readUInt16LE(length - 2)) : 0
      if (lastUnit >= 0xd800 && lastUnit <= 0xdbff) length -= 2
      rest = Buffer.from(bytes.subarray(length))
      return decode(bytes.subarray(0, length))
    },
    end: () => decode(rest),
  }
}

const legacyDecoder = (encoding: string, oneBytePerChar: boolean): Decoder => {
  const stream = iconv.getDecoder(encoding, { stripBOM: false })
  let offset = 0
  const check = (text: string, bytes: Buffer | null): Decoded => {
    const at = text.indexOf(REPLACEMENT)
    const start = offset
    offset += bytes?.length ?? 0
    if (at < 0) return { text, invalid: null }
    const byte = oneBytePerChar && bytes ? hex(bytes[at]!) : null
    return { text: text.slice(0, at), invalid: { offset: start + (oneBytePerChar ? at : 0), byte } }
  }
  return {
    write(bytes) {
      if (oneBytePerChar && isAscii(bytes)) {
        offset += bytes.length
        return { text: bytes.toString('latin1'), invalid: null }
      }
      return check(stream.write(bytes), bytes)
    },
    end: () => check(stream.end() ?? '', null),
  }
}

const MAX_LINE_BYTES = 4 * 1024 ** 2

/**
 * Hands a decoder whole lines. iconv-lite 0.7 loses a character when a four-byte one is cut by a chunk border; a line
 * feed is never part of a longer character in these encodings.
 */
const byLine = (decoder: Decoder): Decoder => {
  let rest = Buffer.alloc(0)
  return {
    write(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const length = Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1
      const cut = bytes.length - length > MAX_LINE_BYTES ? bytes.length : length
      rest = Buffer.from(bytes.subarray(cut))
      return decoder.write(bytes.subarray(0, cut))
    },
    end() {
      const last = decoder.write(rest)
      if (last.invalid) return last
      const end = decoder.end()
      return { text: last.text + end.text, invalid: end.invalid }
    },
  }
}

const hex = (byte: number): string => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
