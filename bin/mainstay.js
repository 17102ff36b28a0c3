#!/usr/bin/env node
import { existsSync } from 'node:fs'

const built = new URL('../dist/server/cli.js', import.meta.url)
if (!existsSync(built)) {
  process.stderr.write(
    'Mainstay is not built yet. Run "npm install" (or "npm run build") in its folder first.\n',
  )
  process.exit(1)
}
const { runCli } = await import(built.href)
await runCli(process.argv.slice(2))
