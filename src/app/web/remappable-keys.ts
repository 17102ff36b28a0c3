import { words } from './web-words.ts'

export interface RemappableKey {
  /** As shipped. */
  key: string
  /** What it does; one key may do related things in several places. */
  label: string
}

/** The keys of one character. `G` and what follows it is one sequence and keeps its letters. */
export const remappableKeys: readonly RemappableKey[] = [
  { key: 'j', label: words('keyNext') },
  { key: 'k', label: words('keyPrevious') },
  { key: 'e', label: words('keyDone') },
  { key: 's', label: words('keySnooze') },
  { key: 'a', label: words('keyAssign') },
  { key: 'o', label: words('keyOpen') },
  { key: 'x', label: words('keySelect') },
  { key: 'w', label: words('keyWhy') },
  { key: 'z', label: words('keyUndo') },
  { key: 'd', label: words('keyData') },
  { key: '/', label: words('keyFind') },
  { key: '?', label: words('keyAll') },
]

/** Why a key cannot take another letter, or null when it can. */
export function remapFault(
  key: string,
  wished: string,
  remap: Readonly<Record<string, string>>,
): string | null {
  if ([...wished].length !== 1) return words('oneLetter')
  if (wished === 'g') return words('reserved')
  const taken = remappableKeys.find(
    (other) => other.key !== key && (remap[other.key] ?? other.key) === wished,
  )
  return taken ? words('taken', { label: taken.label }) : null
}
