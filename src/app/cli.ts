import { Command } from 'commander'
import { ConfigError, readConfig, type Config } from '../platform/config.ts'
import { start } from '../main.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Stops on the first Ctrl-C or SIGTERM; a second one does not wait. */
function onStop(stop: () => Promise<void>): void {
  let stopping = false
  const handle = () => {
    if (stopping) process.exit(1)
    stopping = true
    say('Stopping. Press Ctrl-C again to stop at once.')
    stop().then(
      () => process.exit(0),
      (error) => fail(error),
    )
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}

function fail(error: unknown): never {
  const sentence = error instanceof Error ? error.message : String(error)
  process.stderr.write(`${sentence}\n`)
  if (!(error instanceof ConfigError) && process.env.MAINSTAY_LOG_LEVEL === 'debug' && error instanceof Error)
    process.stderr.write(`${error.stack}\n`)
  process.exit(1)
}

async function runServer(config: Config): Promise<void> {
  const running = await start(config)
  onStop(() => running.stop())
  say(`Mainstay is at ${running.url}`)
  if (running.setupUrl)
    say(`First run: create the owner with this link, it works once:\n  ${running.setupUrl}`)
}

/** The command line: `mainstay start | import | backup | restore`. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('mainstay').description('Customer success that shows its reasons.')
  program
    .command('start', { isDefault: true })
    .description('start the server')
    .action(() => runServer(readConfig(process.env)))
  await program.parseAsync([...argv], { from: 'user' }).catch(fail)
}
