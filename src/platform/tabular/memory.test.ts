import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('memory.fixture.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

it('reads a large table in little memory', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', tsx, program, '150'])
  const took = JSON.parse(stdout) as { rows: number; problems: number; bytes: number; peakMegabytes: number }
  expect(took.bytes).toBeGreaterThan(150e6)
  expect(took.rows % 4_000).toBe(0)
  expect(took.rows).toBeGreaterThan(2e6)
  expect(took.problems).toBe(0)
  expect(took.peakMegabytes).toBeLessThan(300)
}, 60_000)
