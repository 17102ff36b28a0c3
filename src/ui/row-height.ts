import { useSyncExternalStore } from 'react'

export type Density = 'dense' | 'comfortable'

const storageKey = 'mainstay.rows'
const heights: Readonly<Record<Density, number>> = { dense: 32, comfortable: 40 }
const listeners = new Set<() => void>()
let density = load()

export function useDensity(): Density {
  return useSyncExternalStore(subscribe, () => density)
}

/** The height of a table row in px, as the person likes it. */
export function useRowHeight(): number {
  return heights[useDensity()]
}

export function setDensity(next: Density): void {
  density = next
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // Storage may be forbidden: the choice then lasts for this visit.
  }
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function load(): Density {
  try {
    return localStorage.getItem(storageKey) === 'comfortable' ? 'comfortable' : 'dense'
  } catch {
    return 'dense'
  }
}
