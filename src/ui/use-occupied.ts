import { useEffect, useState } from 'react'

/** Whether somebody is on the part of the page that gets the ref: with the pointer, or with the keyboard. */
export function useOccupied(): [occupied: boolean, ref: (part: HTMLElement | null) => void] {
  const [part, setPart] = useState<HTMLElement | null>(null)
  const [over, setOver] = useState(false)
  const [within, setWithin] = useState(false)
  useEffect(() => {
    if (!part) return
    const hearing = new AbortController()
    const on = <Name extends keyof HTMLElementEventMap>(
      name: Name,
      hear: (event: HTMLElementEventMap[Name]) => void,
    ) => part.addEventListener(name, hear, { signal: hearing.signal })
    on('pointerenter', ({ pointerType }) => setOver(pointerType === 'mouse'))
    on('pointerleave', () => setOver(false))
    on('focusin', () => setWithin(true))
    on('focusout', ({ relatedTarget }) => setWithin(part.contains(relatedTarget as Node | null)))
    return () => {
      hearing.abort()
      setOver(false)
      setWithin(false)
    }
  }, [part])
  return [over || within, setPart]
}
