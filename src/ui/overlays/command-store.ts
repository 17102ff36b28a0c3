import type { LucideIcon } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface CommandItem {
  id: string
  label: string
  icon?: LucideIcon
  /** What it is, in one word at the right: customer, view, do. */
  kind: string
  /** More words it is found by. */
  also?: string
  keys?: string
  run: () => void
}

export type CommandSource = (query: string, signal: AbortSignal) => Promise<readonly CommandItem[]>

const sources = new Map<string, { current: CommandSource }>()
const statics = new Map<object, readonly CommandItem[]>()
const listeners = new Set<() => void>()
let open = false

/** Adds an asynchronous source, for example the customers that the server finds, while mounted. */
export function useCommandSource(name: string, search: CommandSource): void {
  const current = useRef(search)
  useEffect(() => {
    current.current = search
  })
  useEffect(() => {
    sources.set(name, current)
    return () => void sources.delete(name)
  }, [name])
}

/** Adds commands that are always known, for example places and actions of the page, while mounted. */
export function useCommands(items: readonly CommandItem[]): void {
  const owner = useRef({})
  useEffect(() => {
    const key = owner.current
    statics.set(key, items)
    return () => void statics.delete(key)
  }, [items])
}

export function openCommandMenu(): void {
  setOpen(true)
}

export function setOpen(next: boolean): void {
  open = next
  listeners.forEach((listener) => listener())
}

export function useCommandMenuOpen(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => open,
  )
}

/** The known commands whose words start with every word of the query. */
export function findCommands(query: string): CommandItem[] {
  return [...statics.values()].flat().filter((item) => matches(`${item.label} ${item.also ?? ''}`, query))
}

/** Whether each word of the query starts a word of the text, without regard to case and accents. */
export function matches(text: string, query: string): boolean {
  const words = fold(text).split(/\s+/)
  return fold(query)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)))
}

export function commandSources(): [name: string, search: CommandSource][] {
  return [...sources].map(([name, { current }]) => [name, current])
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
