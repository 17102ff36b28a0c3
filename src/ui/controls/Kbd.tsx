import { CornerDownLeft } from 'lucide-react'
import { cx } from '../cx.ts'
import css from './Kbd.module.css'

const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const signs: Record<string, string> = {
  space: 'Space',
  escape: 'Esc',
  down: '\u2193',
  up: '\u2191',
  left: '\u2190',
  right: '\u2192',
}

/** A key cap. `keys` is written as in `useKeys`: 'e', 'enter', 'mod+k', 'g t'. */
export function Kbd({ keys, plain = false }: { keys: string; plain?: boolean }) {
  return (
    <>
      {keys.split(' ').map((chord, i) => (
        <kbd key={i} className={cx(css.kbd, plain && css.plain)}>
          <Sign chord={chord} />
        </kbd>
      ))}
    </>
  )
}

function Sign({ chord }: { chord: string }) {
  if (chord === 'enter') return <CornerDownLeft size={11} strokeWidth={1.75} role="img" aria-label="Enter" />
  const mod = isMac ? '\u2318' : 'Ctrl '
  const named = signs[chord] ?? chord.replace('mod+', mod).replace('shift+', isMac ? '\u21e7' : 'Shift ')
  return named.length === 1 || chord.includes('+')
    ? named.replace(/\p{L}$/u, (letter) => letter.toUpperCase())
    : named
}

/** The aria-keyshortcuts value of a key. */
export function ariaKeys(keys: string | undefined): string | undefined {
  return keys?.replace('mod+', isMac ? 'Meta+' : 'Control+')
}
