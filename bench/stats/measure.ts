import { readFileSync } from 'node:fs'

/** What one side of a case reports: seconds of each run, by the clock and of processors, and numbers to compare. */
export type Measured = Readonly<{
  seconds: readonly number[]
  processorSeconds: readonly number[]
  peakMemoryBytes: number
  answer: Readonly<Record<string, readonly number[]>>
}>

/** The most memory this process ever held, where the system tells. */
function peakMemory(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes) return Number(kilobytes) * 1024
  } catch {
    // Not Linux: the next best is below.
  }
  return process.resourceUsage().maxRSS * 1024
}

/**
 * Runs one side of a case, as many times as its caller asked on the command line: `prepare` reads the data from the folder
 * and `compute` is timed; `answerOf` gives the numbers to compare. Reports on standard output.
 */
export async function measure<Data, Result>(
  prepare: (folder: string) => Data | Promise<Data>,
  compute: (data: Data) => Result | Promise<Result>,
  answerOf: (result: Result, data: Data) => Measured['answer'],
): Promise<void> {
  const [folder = '', repeats = '1'] = process.argv.slice(2)
  const data = await prepare(folder)
  const seconds: number[] = []
  const processorSeconds: number[] = []
  for (let run = 1; ; run++) {
    const [start, busy] = [performance.now(), process.cpuUsage()]
    const result = await compute(data)
    seconds.push((performance.now() - start) / 1e3)
    const { user, system } = process.cpuUsage(busy)
    processorSeconds.push((user + system) / 1e6)
    if (run < Number(repeats)) continue
    const peakMemoryBytes = peakMemory()
    const measured: Measured = { seconds, processorSeconds, peakMemoryBytes, answer: answerOf(result, data) }
    console.log(JSON.stringify(measured))
    return
  }
}
