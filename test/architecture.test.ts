import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

/** The written order: a domain imports only those before it. */
const domains = [
  'team',
  'imports',
  'accounts',
  'people',
  'events',
  'revenue',
  'tickets',
  'surveys',
  'messages',
  'work',
  'usage',
  'risk',
  'portfolio',
  'timeline',
  'today',
]
/** Whoever opens one folder knows them all. A name may be a file or, when it grew, a folder. */
const vocabulary = ['README', 'schema', 'model', 'reads', 'actions', 'routes', 'jobs', 'import', 'ui']
// The import engine has a contract for other domains, an intake, and a command line.
const exceptions: Readonly<Record<string, readonly string[]>> = {
  imports: ['import-type', 'issue-words', 'plan-import', 'upload', 'cli'],
  // The contract that products speak is not part of the API.
  events: ['intake'],
}
const mayMint =
  /^src\/(platform\/(auth\/session|auth\/workspace-id|auth\/write-key|jobs\/runner)|app\/commands)\.ts$/

/** Derive tables from records, or carry files into them: gather, decide, record (see ARCHITECTURE.md). */
const mayTouch = /^src\/domains\/(imports\/(jobs|upload)|(revenue|usage)\/jobs|revenue\/import)(\.ts|\/)/

let modules: readonly IModule[] = []

const isTest = (path: string) => /\.(test|fixture)\.tsx?$/.test(path)
const files = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
const domainOf = (path: string) => /^src\/domains\/([^/]+)\//.exec(path)?.[1]
const own = (module: IModule) =>
  module.dependencies.map((dependency) => dependency.resolved).filter((path) => path.startsWith('src/'))

/** Imports of production code that break a rule, as "from -> to". */
function breaches(where: RegExp, allowed: (from: string, to: string) => boolean): string[] {
  return modules
    .filter((module) => where.test(module.source) && !isTest(module.source))
    .flatMap((module) => own(module).map((to) => [module.source, to] as const))
    .filter(([from, to]) => !allowed(from, to))
    .map(([from, to]) => `${from} -> ${to}`)
}

beforeAll(async () => {
  const result = await cruise(['src'], {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
    tsConfig: { fileName: 'tsconfig.json' },
    ruleSet: { forbidden: [{ name: 'no-circular', from: {}, to: { circular: true } }] },
    validate: true,
  })
  modules = (result.output as ICruiseResult).modules.filter((module) => module.source.startsWith('src/'))
}, 120_000)

describe('the architecture', () => {
  it('is measured on the real files', () => {
    const sources = files('src').filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    const seen = new Set(modules.map((module) => module.source))
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter((path) => !seen.has(path))).toEqual([])
    expect(modules.filter((module) => own(module).length > 0).length).toBeGreaterThan(sources.length / 2)
  })

  it('has no cycles', () => {
    const circular = modules.flatMap((module) =>
      module.dependencies
        .filter((dependency) => dependency.circular)
        .map((dependency) => `${module.source} -> ${dependency.resolved}`),
    )
    expect(circular).toEqual([])
  })

  it('lets numbers know nothing of the project, and the design system nothing of the product', () => {
    expect(breaches(/^src\/stats\//, (_, to) => to.startsWith('src/stats/'))).toEqual([])
    // Pages and server must agree on the digits of money; the table is plain data.
    const ownOrDigits = (_: string, to: string) => to.startsWith('src/ui/') || to === 'src/platform/money.ts'
    expect(breaches(/^src\/ui\//, ownOrDigits)).toEqual([])
  })

  it('keeps business words out of the platform', () => {
    expect(breaches(/^src\/platform\//, (_, to) => to.startsWith('src/platform/'))).toEqual([])
  })

  it('lets what starts stand above the app, which starts nothing', () => {
    expect(breaches(/^src\/app\//, (_, to) => !/^src\/(main|cli)\.ts$/.test(to))).toEqual([])
  })

  it('lets a domain import only the platform, numbers and earlier domains', () => {
    const allowed = (from: string, to: string) => {
      const [domain, other] = [domainOf(from) ?? '', domainOf(to)]
      if (to.startsWith('src/ui/')) return /^src\/domains\/[^/]+\/ui\//.test(from)
      if (other) return domains.indexOf(other) <= domains.indexOf(domain)
      return to.startsWith('src/platform/') || to.startsWith('src/stats/')
    }
    expect(breaches(/^src\/domains\//, allowed)).toEqual([])
    expect(readdirSync('src/domains').sort()).toEqual([...domains].sort())
  })

  it('lets pages see shapes and decisions, never stores', () => {
    const allowed = (from: string, to: string) =>
      !domainOf(to) ||
      /\/(schema|model|ui)(\/|\.ts)/.test(to) ||
      to.endsWith('import-type.ts') ||
      to.endsWith('issue-words.ts') ||
      !from.includes('/ui/')
    expect(breaches(/^src\/domains\/[^/]+\/ui\//, allowed)).toEqual([])
    expect(
      breaches(
        /^src\/domains\/[^/]+\/ui\//,
        (_, to) => !to.startsWith('src/platform/') || /platform\/(errors|money|auth\/roles)\.ts$/.test(to),
      ),
    ).toEqual([])
  })

  it('uses the closed vocabulary in every domain', () => {
    const strange = domains.flatMap((domain) =>
      readdirSync(join('src/domains', domain))
        .filter((name) => !isTest(name))
        .map((name) => name.replace(/\.(tsx?|md)$/, ''))
        .filter((name) => ![...vocabulary, ...(exceptions[domain] ?? [])].includes(name))
        .map((name) => `${domain}/${name}`),
    )
    expect(strange).toEqual([])
    const silent = domains.filter((domain) => !readdirSync(join('src/domains', domain)).includes('README.md'))
    expect(silent).toEqual([])
  })

  it('has no barrels and no drawers for everything', () => {
    const drawers = files('src').filter((path) => /\/(index|types|utils|helpers|constants)\.tsx?$/.test(path))
    expect(drawers).toEqual([])
  })

  it('mints workspace ids only where somebody was authenticated', () => {
    const minting = files('src').filter(
      (path) =>
        /\.tsx?$/.test(path) && !isTest(path) && readFileSync(path, 'utf8').includes('mintWorkspaceId('),
    )
    expect(minting.filter((path) => !mayMint.test(path))).toEqual([])
  })

  it('keeps decisions free of clock and chance', () => {
    const impure = files('src').filter(
      (path) =>
        /^src\/(domains\/[^/]+\/model|stats\/)/.test(path) &&
        !isTest(path) &&
        /new Date\(\)|Date\.now\(|Math\.random\(|performance\.now\(/.test(readFileSync(path, 'utf8')),
    )
    expect(impure).toEqual([])
  })

  it('lets only reads, actions and the jobs that derive touch the stores', () => {
    const touching = files('src/domains').filter(
      (path) =>
        path.endsWith('.ts') &&
        !isTest(path) &&
        /sql`|sql<|\.(selectFrom|insertInto|updateTable|deleteFrom)\(|chRows\(|ch\.(insert|command|exec)\(/.test(
          readFileSync(path, 'utf8'),
        ),
    )
    const strange = touching.filter(
      (path) => !/\/(reads|actions)(\.ts|\/)/.test(path) && !mayTouch.test(path),
    )
    expect(strange).toEqual([])
    expect(touching.length).toBeGreaterThan(20)
  })
})
