import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { announce } from '../../ui/announce.ts'
import { hearChanges, type Heard } from '../../ui/api/live.ts'
import { paced } from '../../ui/api/paced.ts'
import { words } from './web-words.ts'

/** The account whose readings a question rests on, when it is about one. */
function accountOf([topic, first, second]: QueryKey): unknown {
  if (topic === 'accounts') return first
  return topic === 'portfolio' && first === 'peek' ? second : undefined
}

/** Questions that rest on the readings of many: what a page is about, and what stands beside every page. */
const lists = new Set(['today list', 'portfolio rows', 'portfolio summary'])
const beside = new Set(['portfolio counts', 'portfolio pins'])
const nameOf = ([topic, first]: QueryKey): string => `${String(topic)} ${String(first)}`
/** On other pages than its own, Today is no more than a count in the sidebar. */
const isBeside = (key: QueryKey): boolean =>
  beside.has(nameOf(key)) || (nameOf(key) === 'today list' && location.pathname !== '/')
const isList = (key: QueryKey): boolean => lists.has(nameOf(key)) && !isBeside(key)

/** A page that shows one customer may read it often; lists cost more, and rest longer the more they cost. */
const oneCustomer = (tookMs: number) => Math.max(500, 2 * tookMs)
const manyCustomers = (tookMs: number) => Math.max(1_000, 3 * tookMs)
const besidePages = (tookMs: number) => Math.max(15_000, 10 * tookMs)
const sayingMs = 30_000

/** What was heard since it was last taken; nothing is taken while nobody looks. */
function createHeard() {
  let heard: Set<string> | null = new Set()
  return {
    add(accounts: Heard): void {
      heard = heard === null || accounts === null ? null : new Set([...heard, ...accounts])
    },
    take(): ReadonlySet<string> | null {
      const taken = heard
      heard = new Set()
      return taken
    },
  }
}

const reread = (client: QueryClient, which: (key: QueryKey) => boolean) =>
  client.invalidateQueries({ predicate: ({ queryKey }) => which(queryKey) })

/** Reads again what rests on accounts that changed: at a pace, and only while somebody looks. */
function createRereading(client: QueryClient) {
  const [customers, said] = [createHeard(), createHeard()]
  let behind = false
  const rereadCustomers = paced(async () => {
    const taken = customers.take()
    await reread(client, (key) => {
      const id = accountOf(key)
      return typeof id === 'string' && (taken === null || taken.has(id))
    })
  }, oneCustomer)
  const rereadLists = paced(() => reread(client, isList), manyCustomers)
  const rereadBeside = paced(() => reread(client, isBeside), besidePages)
  const say = paced(
    async () => {
      const taken = said.take()
      if (showsReadings()) announce(words('changed', { n: taken?.size ?? -1 }))
    },
    () => sayingMs,
  )
  const all = [rereadCustomers, rereadLists, rereadBeside, say]
  const askAll = () => all.forEach(({ ask }) => ask())
  return {
    changed(accounts: Heard): void {
      customers.add(accounts)
      said.add(accounts)
      behind = document.hidden
      if (!behind) askAll()
    },
    looked(): void {
      if (!behind || document.hidden) return
      behind = false
      askAll()
    },
    stop: () => all.forEach(({ stop }) => stop()),
  }
}

const showsReadings = (): boolean => /^\/($|customers)/.test(location.pathname)

/** Keeps what the open page shows as new as the readings are. For the shell alone: one stream serves every page. */
export function useLivePages(): void {
  const client = useQueryClient()
  useEffect(() => {
    const rereading = createRereading(client)
    const hush = hearChanges({
      changed: rereading.changed,
      sessionOver: () => void client.invalidateQueries(),
    })
    document.addEventListener('visibilitychange', rereading.looked)
    return () => {
      document.removeEventListener('visibilitychange', rereading.looked)
      hush()
      rereading.stop()
    }
  }, [client])
}
