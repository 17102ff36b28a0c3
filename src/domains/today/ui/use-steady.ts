import { useRef, useState } from 'react'
import { steadied } from '../../../ui/steady.ts'
import { useOccupied } from '../../../ui/use-occupied.ts'
import type { Item } from './reasons.ts'

const keyOf = ({ key }: Item): string => key

/**
 * The items of a list that is read again and again. While somebody is on it they stay where they are and take what is
 * new about them; those that are gone say so in their place. What one decides oneself takes effect at once.
 */
export function useSteadyItems(newer: readonly Item[]) {
  const [occupied, list] = useOccupied()
  const [, showAgain] = useState(0)
  const shown = useRef(newer)
  const decided = useRef(new Set<string>())
  // What one did oneself, or took back, takes effect before one's eyes, with all that follows from it.
  const has = (items: readonly Item[], key: string) => items.some((item) => item.key === key)
  const own = [...decided.current].some((key) => has(shown.current, key) !== has(newer, key))
  if (!occupied || own) shown.current = newer
  const { rows: items, gone, differs } = steadied(shown.current, newer, keyOf)
  return {
    list,
    items,
    gone,
    differs,
    decide: (key: string) => void decided.current.add(key),
    showNewer() {
      shown.current = newer
      showAgain((times) => times + 1)
    },
  }
}
