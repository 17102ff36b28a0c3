import { Command, Option } from 'commander'
import { resolve } from 'node:path'
import { z } from 'zod'
import { importFile } from '../domains/imports/cli.ts'
import { systemClock } from '../platform/clock.ts'
import { mintWorkspaceId } from '../platform/auth/workspace-id.ts'
import type { Ctx, Services } from '../platform/context.ts'
import { backup } from '../platform/db/backup.ts'
import type { OpenStores } from '../platform/db/stores.ts'
import { newId } from '../platform/ids.ts'
import { sizeToLoad } from '../sample/actions.ts'
import { loadSample, removeSample, type LoadProgress } from '../sample/jobs.ts'
import { sampleState } from '../sample/reads.ts'
import { generateCompany, truthText, type Company } from '../sample/company.ts'
import { departedText } from '../sample/departed.ts'
import { SampleSize, sizeLimits } from '../sample/size.ts'
import { importTypes } from './domains.ts'

/** What a command works on: open stores, and whether a running server works off what it leaves behind. */
export type Installation = Readonly<{ services: Services; stores: OpenStores; serving: boolean }>

export type CommandOptions = Readonly<{
  cwd: string
  say(line: string): void
  /** Opens the stores, or uses those of the running server. */
  withInstallation(work: (installation: Installation) => Promise<void>): Promise<void>
}>

/** The workspace of that name or id, or the only one there is. */
async function contextFor(services: Services, wanted: string | undefined): Promise<Ctx> {
  const all = await services.pg.selectFrom('workspace').select(['id', 'name']).orderBy('name').execute()
  const fits = wanted ? all.filter(({ id, name }) => id === wanted || name === wanted) : all
  const [found] = fits
  if (!found || fits.length > 1) {
    const names = all.map(({ name }) => `"${name}"`).join(', ')
    throw new Error(
      all.length === 0
        ? 'There is no workspace yet. Start the server and open its set-up link first.'
        : `Say which workspace with --workspace. There are ${names}.`,
    )
  }
  return {
    ...services,
    workspace: mintWorkspaceId(found.id),
    actor: { kind: 'system', name: 'command line' },
    requestId: newId(),
  }
}

/** `column=field` of repeated --map options. */
function addMapping(pair: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = pair.lastIndexOf('=')
  if (at < 1)
    throw new Error(`--map "${pair}": write it as "column=field", or "column=" to leave the column out.`)
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) }
}

type ImportFlags = Omit<
  Parameters<typeof importFile>[2],
  'path' | 'say' | 'mapping' | 'signal' | 'uploadMaxBytes'
> &
  Readonly<{ map: Readonly<Record<string, string>>; workspace?: string }>

function addImport(program: Command, { cwd, say, withInstallation }: CommandOptions): void {
  program
    .command('import <file>')
    .description('import a CSV, TSV or XLSX file, plain or gzipped')
    .option('--kind <kind>', `what the file holds: ${importTypes.map(({ kind }) => kind).join(', ')}`)
    .option('--map <column=field>', 'which field a column fills; repeatable', addMapping, {})
    .option('--account <column>', 'column that names the account, or "none"')
    .option('--as-of <day>', 'day on which a snapshot was taken')
    .option('--source <name>', 'system that the ids come from')
    .option('--currency <code>', 'currency of amounts that do not say theirs')
    .option('--time-zone <zone>', 'time zone of times that do not say theirs')
    .addOption(
      new Option('--unknown-accounts <what>', 'rows whose account is not known').choices([
        'refuse',
        'create',
      ]),
    )
    .addOption(new Option('--date-order <order>', 'of dates that could be either').choices(['dmy', 'mdy']))
    .addOption(new Option('--decimal-mark <mark>', 'of numbers that could be either').choices(['.', ',']))
    .option('--encoding <name>', 'encoding of the file')
    .option('--delimiter <character>', 'what parts the columns')
    .option('--sheet <name>', 'sheet of a workbook')
    .option('--template <name>', 'a saved plan')
    .option('--save-as <name>', 'keep the plan as a template')
    .option('--workspace <name>', 'name or id of the workspace, when there are several')
    .option('--dry-run', 'say what would happen, and import nothing')
    .option('--yes', 'import although some rows are refused')
    .action((file: string, { map, workspace, ...flags }: ImportFlags) =>
      withInstallation(async ({ services, serving }) => {
        const ctx = await contextFor(services, workspace)
        await importFile(ctx, importTypes, { ...flags, path: resolve(cwd, file), mapping: map, say })
        if (!serving && !flags.dryRun) say('Readings are computed when the server starts.')
      }),
    )
}

/** Reads an option that is a whole number within limits. */
const wholeNumber =
  (name: keyof typeof sizeLimits) =>
  (text: string): number => {
    const { least, most } = sizeLimits[name]
    const number = Number(text)
    if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number
    throw new Error(`--${name} "${text}": write a whole number from ${least} to ${most}.`)
  }

function sizeOptions(command: Command): Command {
  const option = (name: keyof typeof sizeLimits, says: string) =>
    new Option(`--${name} <number>`, says).argParser(wholeNumber(name)).default(sizeLimits[name].usual)
  return command
    .addOption(option('accounts', 'customers at its start'))
    .addOption(option('months', 'months that it has lived'))
    .addOption(option('seed', 'which of all companies'))
}

type SizeFlags = Readonly<Record<keyof typeof sizeLimits, number>>
type LoadFlags = SizeFlags & Readonly<{ mix?: boolean; workspace?: string }>

function addSample(program: Command, { say, withInstallation }: CommandOptions): void {
  const sample = program
    .command('sample')
    .description('load a made-up company to look at, or take it out again')
  const never = new AbortController().signal
  sizeOptions(sample.command('load'))
    .description('load the sample company, or go on loading it')
    .option('--mix', 'load it although the workspace has customers of its own')
    .option('--workspace <name>', 'name or id of the workspace, when there are several')
    .action(({ workspace, mix = false, ...wanted }: LoadFlags) =>
      withInstallation(async ({ services, serving }) => {
        const ctx = await contextFor(services, workspace)
        const size = await sizeToLoad(ctx, { ...wanted, mix })
        await loadSample(ctx, importTypes, size, never, saidProgress(say))
        say(`The sample company is here: ${size.accounts} customers at its start, ${size.months} months.`)
        if (!serving) say('Readings are computed when the server starts.')
      }),
    )
  addTruth(sample, say)
  sample
    .command('remove')
    .description('take the sample company out again, and nothing else')
    .option('--workspace <name>', 'name or id of the workspace, when there are several')
    .action(({ workspace }: { workspace?: string }) =>
      withInstallation(async ({ services }) => {
        const ctx = await contextFor(services, workspace)
        if ((await sampleState(ctx)).state === 'absent') return say('The sample company is not here.')
        const left = await removeSample(ctx, importTypes, never)
        say('The sample company is gone.')
        if (left > 0)
          say(`${left} records were left, because somebody changed them or something else needs them.`)
      }),
    )
}

/** What is known of the company without an installation: printed, so that it can be sent to a file. */
function addTruth(sample: Command, say: CommandOptions['say']): void {
  type Flags = SizeFlags & Readonly<{ endsOn: string }>
  const print = (name: string, says: string, text: (company: Company) => string) =>
    sizeOptions(sample.command(name))
      .description(says)
      .addOption(
        new Option('--ends-on <day>', 'its last day, today unless said')
          .argParser(dayOption)
          .default(today()),
      )
      .action((flags: Flags) => say(text(generateCompany(SampleSize.parse(flags)))))
  print('truth', 'print what is true in the company and not on record, as JSON', truthText)
  print('departed', 'print what departed customers told an outside firm, as CSV to import', departedText)
}

const today = (): string => systemClock().toISOString().slice(0, 10)

function dayOption(text: string): string {
  if (z.iso.date().safeParse(text).success) return text
  throw new Error(`--ends-on "${text}": write a day as 2026-11-23.`)
}

/** Says each kind when its first rows are in, and then how many are. */
function saidProgress(say: CommandOptions['say']): LoadProgress {
  let last = ''
  return (kind, rows) => {
    if (kind !== last) say(`Loading ${kind.replace('_', ' ')}.`)
    else if (rows % 50_000 === 0) say(`  ${rows} rows`)
    last = kind
  }
}

/** Commands that run in a process of their own or, when a server holds the data folder, inside it. */
export function addCommands(program: Command, options: CommandOptions): void {
  const { cwd, say, withInstallation } = options
  addImport(program, options)
  addSample(program, options)
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
