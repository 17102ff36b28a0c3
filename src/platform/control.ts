import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

/** A command line that was typed elsewhere on this machine, and where its words go. */
export type Command = Readonly<{ argv: readonly string[]; cwd: string; say(line: string): void }>

const Door = z.object({ socket: z.string(), secret: z.string() })
const Call = z.object({ argv: z.array(z.string()), cwd: z.string() })
const End = z.object({ exit: z.int() })
const doorFile = (dataDir: string) => join(dataDir, 'control.json')

/**
 * Lets the command line reach the process that holds the data folder: a socket in a private folder, whose place and
 * secret only the owner of the data folder can read.
 */
export async function serveControl(
  dataDir: string,
  run: (command: Command) => Promise<void>,
): Promise<{ close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-control-'))
  const socket = join(folder, 'socket')
  const secret = randomUUID()
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.headers.authorization !== secret) {
      outgoing.writeHead(403).end()
      return
    }
    const say = (line: string) => void outgoing.write(`${JSON.stringify({ line })}\n`)
    try {
      const call = Call.parse(JSON.parse(await text(incoming)))
      await run({ ...call, say })
      outgoing.end(`${JSON.stringify({ exit: 0 })}\n`)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
      outgoing.end(`${JSON.stringify({ exit: 1 })}\n`)
    }
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  await writeFile(doorFile(dataDir), JSON.stringify({ socket, secret }), { mode: 0o600 })
  return {
    async close() {
      await rm(doorFile(dataDir), { force: true })
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a command in the process that holds the data folder; undefined when none answers. */
export async function callControl(dataDir: string, command: Command): Promise<number | undefined> {
  const door = Door.safeParse(JSON.parse(await readFile(doorFile(dataDir), 'utf8').catch(() => 'null')))
  if (!door.success) return undefined
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath: door.data.socket, method: 'POST', headers: { authorization: door.data.secret } },
      (incoming) => {
        let rest = ''
        let exit = 1
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) {
            const said = JSON.parse(line) as { line?: string }
            const end = End.safeParse(said)
            if (end.success) exit = end.data.exit
            else if (said.line !== undefined) command.say(said.line)
          }
        })
        incoming.on('end', () => resolve(exit))
        incoming.on('error', reject)
      },
    )
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    )
    outgoing.end(JSON.stringify({ argv: command.argv, cwd: command.cwd }))
  })
}
