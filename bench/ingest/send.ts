import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export type Sent = Readonly<{
  seconds: number
  /** Milliseconds from the start of a request to its acknowledgement, ascending. */
  waits: readonly number[]
  /** Requests that were told to come back and came back. */
  again: number
}>

type Target = Readonly<{ url: string; key: string; path: string }>

function post({ url, key, path }: Target, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((answered, failed) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    }
    const sending = request(url + path, { method: 'POST', headers, agent }, (response) => {
      response.resume()
      response.on('end', () => answered(response.statusCode ?? 0))
    })
    sending.on('error', failed)
    sending.end(body)
  })
}

/** Sends all bodies over so many connections, each sending its next one when the last is acknowledged. */
export async function sendAll(target: Target, bodies: readonly Buffer[], connections: number): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const waits: number[] = []
  let next = 0
  let again = 0
  async function connection(): Promise<void> {
    for (let body = bodies[next++]; body; body = bodies[next++]) {
      const started = performance.now()
      for (;;) {
        const status = await post(target, body, agent)
        if (status === 200) break
        if (status !== 503) throw new Error(`The server answered ${status}.`)
        again += 1
        await sleep(100)
      }
      waits.push(performance.now() - started)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, connection))
  const seconds = (performance.now() - started) / 1e3
  agent.destroy()
  return { seconds, waits: waits.sort((a, b) => a - b), again }
}
