// Builds dist/web (the page) and dist/server (one file a process). Run by `npm install`.
import { build as bundle } from 'esbuild'
import { build as buildWeb } from 'vite'

await buildWeb({ configFile: 'vite.config.ts', logLevel: 'warn' })
await bundle({
  entryPoints: { cli: 'src/cli.ts', 'chdb-child': 'src/platform/db/embedded/chdb-child.ts' },
  outdir: 'dist/server',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  logLevel: 'warning',
})
