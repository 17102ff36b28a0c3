import { useEffect, useRef, useState, type ReactNode } from 'react'
import { cx } from '../cx.ts'
import css from './Changed.module.css'

/** How long a change stays marked, in ms: long enough to look up and find it. */
const markedMs = 6_000

/** Marks what it shows for a while when `value` changes before one's eyes. What is shown first is no change. */
export function Changed({ value, children }: { value: string | null; children: ReactNode }) {
  const before = useRef(value)
  const [marked, setMarked] = useState(false)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    setMarked(true)
    const timer = setTimeout(() => setMarked(false), markedMs)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <span className={cx(css.value, marked && css.marked)} data-changed={marked || undefined}>
      {children}
    </span>
  )
}
