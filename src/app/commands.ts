import { Command } from 'commander'
import { resolve } from 'node:path'
import type { Services } from '../platform/context.ts'
import { backup } from '../platform/db/backup.ts'
import type { OpenStores } from '../platform/db/stores.ts'

/** What a command works on: open stores, and who hears what it says. */
export type Installation = Readonly<{ services: Services; stores: OpenStores }>

export type CommandOptions = Readonly<{
  cwd: string
  say(line: string): void
  /** Opens the stores, or uses those of the running server. */
  withInstallation(work: (installation: Installation) => Promise<void>): Promise<void>
}>

/** Commands that run in a process of their own or, when a server holds the data folder, inside it. */
export function addCommands(program: Command, { cwd, say, withInstallation }: CommandOptions): void {
  program
    .command('backup <folder>')
    .description('write both stores to a new folder; the server may run meanwhile')
    .action((folder: string) =>
      withInstallation(async ({ services, stores }) => {
        const dir = resolve(cwd, folder)
        const parts = { ...stores, dataDir: services.dataDir, log: services.log }
        const manifest = await backup(parts, dir, services.clock())
        const rows = manifest.parts.reduce((sum, part) => sum + part.rows, 0)
        say(`Backed up ${rows} rows of ${manifest.parts.length} tables to ${dir}.`)
      }),
    )
}
