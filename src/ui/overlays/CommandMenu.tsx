import { Dialog as Base } from '@base-ui/react/dialog'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { cx } from '../cx.ts'
import { words } from '../words.ts'
import {
  commandSources,
  findCommands,
  setOpen,
  useCommandMenuOpen,
  type CommandItem,
} from './command-store.ts'
import css from './CommandMenu.module.css'
import overlay from './overlay.module.css'

/** Finds customers, views and actions in one list. Rendered once by the shell, opened with mod+K. */
export function CommandMenu() {
  const open = useCommandMenuOpen()
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Portal>
        <Base.Backdrop className={overlay.backdrop} />
        <Base.Popup className={cx(overlay.popup, css.menu)} aria-label={words('findOrDo')}>
          <Search />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Search() {
  const id = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const found = useFound(query)
  const items = useMemo(() => [...found.items, ...findCommands(query)], [found.items, query])
  const current = Math.min(at, items.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && items.length > 0) setAt((current + step + items.length) % items.length)
    if (event.key === 'Enter' && items[current]) run(items[current])
    if (step || event.key === 'Enter') event.preventDefault()
  }
  return (
    <>
      <input
        role="combobox"
        aria-label={words('findOrDo')}
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={items[current] ? `${id}-${current}` : undefined}
        aria-autocomplete="list"
        className={css.input}
        placeholder={words('findOrDo')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <CommandList id={id} items={items} current={current} onPoint={setAt} onRun={run} />
      <p role="status" className={css.status}>
        {found.failed ?? (found.busy ? words('searching') : statusOf(items.length, query))}
      </p>
    </>
  )
}

function statusOf(size: number, query: string): string {
  return size === 0 && query ? words('nothingFor', { query }) : words('found', { n: size })
}

function run(item: CommandItem): void {
  setOpen(false)
  item.run()
}

/** The rows of the command menu. */
export function CommandList({
  id,
  items,
  current,
  onPoint,
  onRun,
}: {
  id: string
  items: readonly CommandItem[]
  current: number
  onPoint: (index: number) => void
  onRun: (item: CommandItem) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <div
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label={words('findOrDo')}
      className={css.list}
      tabIndex={-1}
    >
      {items.map((item, i) => (
        <div
          key={item.id}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === current}
          className={cx(css.row, i === current && css.current)}
          onPointerMove={() => onPoint(i)}
          onClick={() => onRun(item)}
        >
          {item.icon && <item.icon size={15} strokeWidth={1.6} aria-hidden className={css.icon} />}
          <span className={css.label}>{item.label}</span>
          <span className={css.kind}>{item.keys ? <Kbd keys={item.keys} /> : item.kind}</span>
        </div>
      ))}
    </div>
  )
}

interface Found {
  items: readonly CommandItem[]
  busy: boolean
  failed: string | null
}

const nothing: Found = { items: [], busy: false, failed: null }

/** Asks every source, 80 ms after the last letter; what was found before stays until the answer is there. */
function useFound(query: string): Found {
  const [found, setFound] = useState(nothing)
  useEffect(() => {
    if (!query.trim()) {
      setFound(nothing)
      return
    }
    const control = new AbortController()
    const timer = setTimeout(async () => {
      setFound((before) => ({ ...before, busy: true, failed: null }))
      const asked = commandSources()
      const answers = await Promise.allSettled(asked.map(([, search]) => search(query, control.signal)))
      if (control.signal.aborted) return
      const lost = asked.filter((_, i) => answers[i]!.status === 'rejected').map(([name]) => name)
      setFound({
        items: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
        busy: false,
        failed: lost.length > 0 ? words('sourceFailed', { name: lost.join(', ') }) : null,
      })
    }, 80)
    return () => {
      clearTimeout(timer)
      control.abort()
    }
  }, [query])
  return found
}
