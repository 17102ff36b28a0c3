import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, variables } from '../src/platform/config.ts'

const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/ideas.md']
const read = (path: string) => readFileSync(path, 'utf8')

describe('the documentation', () => {
  it('lists every variable with its default, and no other', () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)`\s+\| `(.*?)`\s+\| (.*?)\s+\|$/gm)]
    expect(rows.map(([, name, fallback, says]) => [name, fallback, says])).toEqual(
      Object.entries(variables).map(([name, variable]) => [name, variable.default, variable.says]),
    )
  })

  it('points only at what exists', () => {
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#:]+)\)/g)]
        .map(([, target]) => join(dirname(page), target ?? ''))
        .filter((target) => !existsSync(target)),
    )
    expect(missing).toEqual([])
  })
})

describe('the configuration', () => {
  it('refuses unknown names and bad values, all in one sentence each', () => {
    expect(() => readConfig({ MAINSTAY_PROT: '1', MAINSTAY_PORT: 'x', DATABASE_URL: 'mysql://a' })).toThrow(
      /MAINSTAY_PROT is not a variable[\s\S]*MAINSTAY_PORT: "x"[\s\S]*DATABASE_URL: .*postgres:\/\//,
    )
    expect(() => readConfig({ CLICKHOUSE_URL: 'ftp://u:sekret@x' })).toThrow(
      /^(?!.*sekret)CLICKHOUSE_URL: its value/s,
    )
    expect(readConfig({ PATH: '/bin', MAINSTAY_PORT: '' })).toMatchObject({ port: 4600, host: '127.0.0.1' })
  })
})
