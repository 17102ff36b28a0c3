/** What the first bytes of a file say it is. `kind` is worded for a sentence: "not a table of text but ...". */
export type Signature =
  | { format: 'text' }
  | { format: 'gzip' }
  | { format: 'zip' }
  | { format: 'ole' }
  | { format: 'binary'; kind: string }
  | { format: 'markup'; kind: string }
  | { format: 'empty' }

const magics: [number[], string][] = [
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x89, 0x50, 0x4e, 0x47], 'an image'],
  [[0xff, 0xd8, 0xff], 'an image'],
  [[0x47, 0x49, 0x46, 0x38], 'an image'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20], 'a SQLite database'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7-Zip archive'],
  [[0x52, 0x61, 0x72, 0x21, 0x1a], 'a RAR archive'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
]

const startsWith = (head: Buffer, magic: number[]): boolean => magic.every((byte, i) => head[i] === byte)

/** Tells UTF-16 without a mark from binary: in Western text one byte of each pair is almost always zero. */
export const utf16WithoutMark = (head: Buffer): 'utf-16le' | 'utf-16be' | null => {
  const pairs = Math.min(head.length >> 1, 2048)
  if (pairs < 2) return null
  let highZeros = 0
  let lowZeros = 0
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) highZeros++
    if (head[2 * i + 1] === 0) lowZeros++
  }
  if (lowZeros > 0.7 * pairs && highZeros < 0.02 * pairs) return 'utf-16le'
  if (highZeros > 0.7 * pairs && lowZeros < 0.02 * pairs) return 'utf-16be'
  return null
}

const hasUtf16Mark = (head: Buffer): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)

const isControl = (byte: number): boolean => byte < 32 && !(byte >= 7 && byte <= 13) && byte !== 27

/** A stray NUL or control character is a fault of its row; a file with many of them is not text. */
const looksBinary = (head: Buffer): boolean => {
  const sample = head.subarray(0, 65_536)
  let nuls = 0
  let controls = 0
  for (const byte of sample) {
    if (byte === 0) nuls++
    else if (isControl(byte)) controls++
  }
  return nuls > Math.max(4, 0.001 * sample.length) || controls > Math.max(8, 0.02 * sample.length)
}

const markup = (head: Buffer): string | null => {
  const start = head
    .subarray(0, 512)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  if (/^<(!doctype|html|table|head|body)/.test(start)) return 'a web page'
  if (start.startsWith('<?xml')) return 'XML'
  if (/^(\{\s*"[^"]*"\s*:|\[\s*[[{])/.test(start)) return 'JSON'
  return null
}

/** Reads the signature of the first bytes (64 KB is plenty; fewer are fine). */
export const readSignature = (head: Buffer): Signature => {
  if (head.length === 0) return { format: 'empty' }
  if (startsWith(head, [0x1f, 0x8b])) return { format: 'gzip' }
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return { format: 'zip' }
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) return { format: 'ole' }
  if (hasUtf16Mark(head) || utf16WithoutMark(head) !== null) return { format: 'text' }
  const magic = magics.find(([bytes]) => startsWith(head, bytes))
  if (magic) return { format: 'binary', kind: magic[1] }
  if (looksBinary(head)) return { format: 'binary', kind: 'a binary file' }
  const kind = markup(head)
  return kind === null ? { format: 'text' } : { format: 'markup', kind }
}
