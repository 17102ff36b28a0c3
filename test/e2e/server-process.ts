/* The real application in a process of its own, so that it can be killed. Says its address as one line of JSON. */
import { start } from '../../src/main.ts'
import { readConfig } from '../../src/platform/config.ts'

const { url, setupUrl, stop } = await start(readConfig(process.env))
process.once('SIGTERM', () => void stop().then(() => process.exit(0)))
console.log(JSON.stringify({ url, setupUrl }))
