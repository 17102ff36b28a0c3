import type { ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import type { FromChild, ToChild } from './chdb-messages.ts'

const MAX_WAIT_MS = 30_000
const CLOSED =
  'Code: 279. DB::Exception: The event store is being restarted; try again in a moment. (ALL_CONNECTION_TRIES_FAILED)'

/** A loopback port that outlives the process behind it. */
export type Door = {
  port: number
  openTo(child: ChildProcess): void
  shut(child: ChildProcess): void
  close(): void
}

/**
 * Listens on a free loopback port and hands every accepted connection, unread, to the child that it is open to. While
 * there is none, connections wait in order, at most 30 s, and are then told to try again.
 */
export async function openDoor(): Promise<Door> {
  let child: ChildProcess | undefined
  let inHand: Socket | undefined
  const waiting = new Map<Socket, NodeJS.Timeout>()

  function arrive(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    socket.once('close', () => forget(socket))
    waiting.set(
      socket,
      setTimeout(() => turnAway(socket), MAX_WAIT_MS),
    )
    handOver()
  }

  // One at a time, each confirmed, and ours until then: what Node itself queues for a child is lost with the child.
  function handOver(): void {
    const [socket] = waiting.keys()
    if (!socket || inHand || !child?.connected) return
    inHand = socket
    forget(socket)
    child.send({ kind: 'connection' } satisfies ToChild, socket, { keepOpen: true }, () => undefined)
  }

  /** Closes our side. The connection itself lives on if the child has it, and is reset if nobody has. */
  function letGo(): void {
    inHand?.destroy()
    inHand = undefined
  }

  function forget(socket: Socket): void {
    clearTimeout(waiting.get(socket))
    waiting.delete(socket)
  }

  function turnAway(socket: Socket): void {
    forget(socket)
    const head = `HTTP/1.1 503 Service Unavailable\r\nX-ClickHouse-Exception-Code: 279\r\nConnection: close`
    socket.resume()
    socket.end(`${head}\r\nContent-Length: ${CLOSED.length}\r\n\r\n${CLOSED}`)
  }

  const server = createServer({ pauseOnConnect: true }, arrive)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  server.on('error', () => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    openTo(next) {
      child = next
      next.on('message', (message: FromChild) => {
        if (message.kind !== 'accepted' || child !== next) return
        letGo()
        handOver()
      })
      handOver()
    },
    shut(last) {
      if (child !== last) return
      child = undefined
      letGo()
    },
    close() {
      server.close()
      for (const socket of waiting.keys()) turnAway(socket)
    },
  }
}
