import { createDecoder, type Decoded } from './encoding.ts'
import { defaultLimits } from './limits.ts'
import { type Batch, BatchBuilder, leadingRows, type ReadOptions, type TableShape } from './raw-row.ts'
import { RowScanner, type ScannedRow } from './scanner.ts'
import type { TextSource } from './source.ts'
import { TabularError } from './tabular-error.ts'

/** How to read a delimited text; plain JSON, so it can be stored with a template. */
export interface DelimitedDialect extends TableShape {
  kind: 'delimited'
  encoding: string
  delimiter: string
  quote: string | null
}

/**
 * Streams the data rows of a delimited text in batches. Throws TabularError where the file cannot be read further, after
 * handing out every row before that place. Rows with a problem of their own are handed out with it.
 */
export async function* readDelimited(
  source: TextSource,
  dialect: DelimitedDialect,
  options: ReadOptions = {},
): AsyncGenerator<Batch> {
  const limits = { ...defaultLimits, ...options.limits }
  const scanner = new RowScanner({ ...dialect, leadingRows: leadingRows(dialect), limits })
  const builder = new BatchBuilder(dialect, options.skipRows ?? 0, limits, false)
  const decoder = createDecoder(dialect.encoding)
  const stream = source.open(options.signal)
  let found: ScannedRow[] = []
  let failure: unknown = null

  const scan = (decoded: Decoded): void => {
    scanner.push(decoded.text, found)
    if (decoded.invalid)
      throw new TabularError('invalid_bytes', {
        ...scanner.current,
        encoding: dialect.encoding,
        offset: decoded.invalid.offset,
        byte: decoded.invalid.byte,
      })
  }
  const batches = (): Batch[] => {
    const rows = found
    found = []
    return builder.take(rows).map((batch) => ({ rows: batch, bytesRead: stream.bytesRead() }))
  }

  try {
    for await (const chunk of stream.chunks) {
      scan(decoder.write(chunk))
      yield* batches()
    }
    scan(decoder.end())
    scanner.end(found)
  } catch (error) {
    failure = error
  }
  options.signal?.throwIfAborted()
  yield* batches()
  for (const rows of builder.flush()) yield { rows, bytesRead: stream.bytesRead() }
  if (failure !== null) throw failure
}
