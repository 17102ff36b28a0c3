import { Command } from 'commander'
import { join } from 'node:path'
import { addCommands } from './app/commands.ts'
import { allJobs } from './app/domains.ts'
import { createApp, listen } from './app/server.ts'
import { issueSetupToken } from './domains/team/actions.ts'
import { systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import type { Services } from './platform/context.ts'
import { serveControl } from './platform/control.ts'
import { openStores, type OpenStores } from './platform/db/stores.ts'
import { startJobs } from './platform/jobs/runner.ts'
import { createLive } from './platform/http/live.ts'
import { createLog } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { packageRoot } from './platform/package-root.ts'

export type Running = Readonly<{ url: string; setupUrl: string | null; stop(): Promise<void> }>

/** Runs commands that were typed while this process holds the data folder. */
const listenToCommandLine = (services: Services, stores: OpenStores) =>
  serveControl(services.dataDir, async ({ argv, cwd, say }) => {
    const program = new Command('mainstay').exitOverride()
    addCommands(program, { cwd, say, withInstallation: (work) => work({ services, stores, serving: true }) })
    await program.parseAsync([...argv], { from: 'user' })
  })

/** Opens the stores, starts the jobs and listens. `stop` undoes it in reverse. `webDir` holds the built page. */
export async function start(config: Config, webDir = join(packageRoot(), 'dist/web')): Promise<Running> {
  const log = createLog(config.logLevel)
  const root = packageRoot()
  const stores = await openStores(config, log, join(root, 'migrations'))
  try {
    const services: Services = {
      pg: stores.pg,
      ch: stores.ch,
      clock: systemClock,
      log,
      dataDir: config.dataDir,
    }
    const metrics = createMetrics()
    const live = createLive(services, stores.pool, metrics)
    const app = createApp(services, stores.pool, { ...config, webDir }, metrics, live)
    const jobs = await startJobs(services, stores.pool, allJobs, metrics)
    const listening = await listen(app, config.host, config.port).catch(async (error) => {
      await jobs.stop()
      throw error
    })
    const control = await listenToCommandLine(services, stores)
    const shown = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(config.host) ? 'localhost' : config.host
    const url = config.publicUrl?.replace(/\/$/, '') ?? `http://${shown}:${listening.port}`
    const token = await issueSetupToken(services)
    return {
      url,
      setupUrl: token && `${url}/setup#${token}`,
      async stop() {
        await live.close()
        await listening.close()
        await control.close()
        await jobs.stop()
        await stores.close()
      },
    }
  } catch (error) {
    await stores.close()
    throw error
  }
}
