import { Readable } from 'node:stream'
import { readDelimited } from './delimited.ts'
import { openSource } from './source.ts'

/**
 * Run as a program: reads a table of the given size and prints what it took, as JSON. The table is the file at the path
 * in the second argument, or made on the fly without one.
 */
const [megabytes = '150', path] = process.argv.slice(2)

const columns = ['id', 'name', 'at', 'amount', 'note']
const piece = Buffer.from(
  Array.from(
    { length: 4_000 },
    (_, i) => `${i},Company ${i},2024-02-29 03:00,${i}.50,"said ""yes"", twice"\r\n`,
  ).join(''),
)

function* generated(): Generator<Buffer> {
  yield Buffer.from(`${columns.join(',')}\r\n`)
  for (let bytes = 0; bytes < Number(megabytes) * 1e6; bytes += piece.length) yield piece
}

const main = async (): Promise<void> => {
  const source = await openSource(path ?? Readable.from(generated()))
  if (source.format === 'xlsx') throw new Error('a text is needed')
  const dialect = {
    kind: 'delimited' as const,
    encoding: 'utf-8',
    delimiter: ',',
    quote: '"',
    preambleRows: 0,
    header: true,
    columns,
  }
  const started = performance.now()
  let rows = 0
  let problems = 0
  let bytes = 0
  for await (const batch of readDelimited(source, dialect)) {
    rows += batch.rows.length
    problems += batch.rows.filter(({ problem }) => problem).length
    bytes = batch.bytesRead
  }
  const seconds = (performance.now() - started) / 1000
  const peakMegabytes = process.resourceUsage().maxRSS / 1024
  process.stdout.write(JSON.stringify({ rows, problems, bytes, seconds, peakMegabytes }))
}

await main()
