/** One key press, normalised: 'e', 'shift+x', 'mod+k', 'enter', '?'. */
export type Chord = string

interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const names: Record<string, string> = {
  ' ': 'space',
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

/** The chord of a key press, or null for a modifier alone and for Alt, which belongs to the system. */
export function chordOf(press: KeyPress): Chord | null {
  if (press.altKey || /^(Shift|Control|Meta|Alt|CapsLock|Dead|Unidentified)$/.test(press.key)) return null
  const key = names[press.key] ?? press.key.toLowerCase()
  // Shift is part of the sign for '?' or '/', but not for letters and named keys.
  const shift = press.shiftKey && (key.length > 1 || /\p{L}/u.test(key)) ? 'shift+' : ''
  return (press.ctrlKey || press.metaKey ? 'mod+' : '') + shift + key
}

/** The first binding whose sequence is these chords, 'more' when some sequence starts with them, else null. */
export function matchKeys<Binding extends { key: string }>(
  bindings: readonly Binding[],
  chords: readonly Chord[],
): Binding | 'more' | null {
  const typed = chords.join(' ')
  const exact = bindings.find(({ key }) => key === typed)
  if (exact) return exact
  return bindings.some(({ key }) => key.startsWith(`${typed} `)) ? 'more' : null
}
