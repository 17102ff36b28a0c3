import { Command } from 'commander'
import { join, resolve } from 'node:path'
import { afterRestore } from './app/after-restore.ts'
import { addCommands, type Installation } from './app/commands.ts'
import { start } from './main.ts'
import { systemClock } from './platform/clock.ts'
import { readConfig, type Config } from './platform/config.ts'
import { callControl } from './platform/control.ts'
import { restore } from './platform/db/backup.ts'
import { DataFolderInUse } from './platform/db/embedded/data-folder.ts'
import { openStores } from './platform/db/stores.ts'
import { createLog } from './platform/log.ts'
import { packageRoot } from './platform/package-root.ts'

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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  if (process.env.MAINSTAY_LOG_LEVEL === 'debug' && error instanceof Error)
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

/** Opens the stores for one command, or asks the server that holds them to run it. */
async function withInstallation(
  config: Config,
  argv: readonly string[],
  work: (installation: Installation) => Promise<void>,
): Promise<void> {
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel)
  let stores
  try {
    stores = await openStores(config, log, join(packageRoot(), 'migrations'))
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error
    const exit = await callControl(config.dataDir, { argv, cwd: process.cwd(), say })
    if (exit === undefined) throw error
    process.exitCode = exit
    return
  }
  try {
    const services = { pg: stores.pg, ch: stores.ch, clock: systemClock, log, dataDir: config.dataDir }
    await work({ services, stores, serving: false })
  } finally {
    await stores.close()
  }
}

async function runRestore(config: Config, folder: string, replace: boolean): Promise<void> {
  const log = createLog('warn')
  const root = packageRoot()
  const stores = await openStores(config, log)
  try {
    const parts = { ...stores, dataDir: config.dataDir, log }
    const manifest = await restore(parts, resolve(folder), join(root, 'migrations'), replace)
    await afterRestore({ pg: stores.pg, ch: stores.ch, clock: systemClock, log, dataDir: config.dataDir })
    say(`Restored the backup of ${manifest.at}. Start the server; everybody signs in again.`)
  } finally {
    await stores.close()
  }
}

/** The command line: `mainstay start | import | backup | restore`. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('mainstay').description('Customer success that shows its reasons.')
  program
    .command('start', { isDefault: true })
    .description('start the server')
    .action(() => runServer(readConfig(process.env)))
  program
    .command('restore <folder>')
    .description('load a backup into an empty data folder; stop the server first')
    .option('--replace', 'lose what the stores hold now')
    .action((folder: string, options: { replace?: boolean }) =>
      runRestore(readConfig(process.env), folder, options.replace ?? false),
    )
  addCommands(program, {
    cwd: process.cwd(),
    say,
    withInstallation: (work) => withInstallation(readConfig(process.env), argv, work),
  })
  await program.parseAsync([...argv], { from: 'user' }).catch(fail)
}
