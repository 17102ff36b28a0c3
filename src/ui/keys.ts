import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react'
import { chordOf, matchKeys, type Chord } from './key-match.ts'

export interface KeyBinding {
  /** 'e', 'g t' (one after the other), 'mod+k', 'shift+x', 'enter', 'space', 'escape', 'down', '?'. */
  key: string
  /** What the key does, a short verb phrase. Neighbours with the same label are shown together. */
  label: string
  run: (event: KeyboardEvent) => void
  /** The key exists only while this is not false. */
  when?: boolean
  /** The side of the key bar where the key is shown. */
  bar?: 'left' | 'right'
}

interface Layer {
  bindings: readonly KeyBinding[]
  within: RefObject<HTMLElement | null> | undefined
}

export interface KeySettings {
  /** Turns all keys without a modifier on or off. */
  on: boolean
  /** From the key as shipped to the key as wished. */
  remap: Record<string, string>
  /** Shows the bar with the keys that work here and now. */
  bar: boolean
}

const storageKey = 'mainstay.keys'
const layers: Layer[] = []
const listeners = new Set<() => void>()
let shown: readonly KeyBinding[] = []
let settings = loadSettings()
let pending: { chords: Chord[]; at: number } = { chords: [], at: 0 }

/**
 * Registers keys while the component is mounted. With `within`, they act only while focus is inside that
 * element, and win over the keys of the page. Nothing fires while a field has focus, except `mod+` keys.
 */
export function useKeys(
  bindings: readonly KeyBinding[],
  options: { within?: RefObject<HTMLElement | null> } = {},
): void {
  const { within } = options
  const layer = useRef<Layer>({ bindings, within })
  const signature = bindings.map((b) => `${b.key}|${b.label}|${b.when !== false}|${b.bar ?? ''}`).join('\n')
  useLayoutEffect(() => {
    layer.current.bindings = bindings
  })
  useLayoutEffect(() => {
    const own = layer.current
    layers.push(own)
    return () => {
      layers.splice(layers.indexOf(own), 1)
      publish()
    }
  }, [])
  useEffect(publish, [signature])
}

/** All keys that act now, those of the page last registered first, with remapping applied. */
export function useActiveKeys(): readonly KeyBinding[] {
  return useSyncExternalStore(subscribe, () => shown)
}

export function useKeySettings(): KeySettings {
  return useSyncExternalStore(subscribe, () => settings)
}

export function setKeysOn(on: boolean): void {
  saveSettings({ ...settings, on })
}

export function setKeyBar(bar: boolean): void {
  saveSettings({ ...settings, bar })
}

/** Gives a key another one; null returns it to the one shipped. */
export function remapKey(shipped: string, wished: string | null): void {
  const remap = { ...settings.remap }
  if (wished === null) delete remap[shipped]
  else remap[shipped] = wished
  saveSettings({ ...settings, remap })
}

/** Listens for keys on the whole document. Called once by the shell. */
export function useKeyListener(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function onKeyDown(event: KeyboardEvent): void {
  const chord = chordOf(event)
  if (!chord || event.defaultPrevented || event.isComposing) return
  const target = event.target instanceof Element ? event.target : document.body
  const bare = !chord.startsWith('mod+')
  if (bare && (!settings.on || isField(target) || activates(target, chord))) return
  if (event.timeStamp - pending.at > 1200) pending = { chords: [], at: 0 }
  const chords = [...pending.chords, chord]
  const candidates = reachable(target)
  const match = matchKeys(candidates, chords) ?? (chords.length > 1 ? matchKeys(candidates, [chord]) : null)
  pending = match === 'more' ? { chords, at: event.timeStamp } : { chords: [], at: 0 }
  if (!match || match === 'more') return
  event.preventDefault()
  match.run(event)
}

/** The bindings that may act for a target: focused scopes first, then, outside floating layers, the page. */
function reachable(target: Element): KeyBinding[] {
  const newestFirst = layers.toReversed()
  const focused = newestFirst.filter(({ within }) => within?.current?.contains(target))
  const floating = target.closest('[role=dialog],[role=alertdialog],[role=menu],[role=listbox]') !== null
  const page = floating ? [] : newestFirst.filter(({ within }) => !within)
  return [...focused, ...page].flatMap(({ bindings }) => bindings.filter(isOn).map(remapped))
}

function isOn({ when }: KeyBinding): boolean {
  return when !== false
}

function remapped(binding: KeyBinding): KeyBinding {
  return { ...binding, key: settings.remap[binding.key] ?? binding.key }
}

function isField(target: Element): boolean {
  if (target instanceof HTMLInputElement)
    return !/^(checkbox|radio|button|submit|range|file)$/.test(target.type)
  return target.closest('textarea,select,[contenteditable=true],[role=combobox],[role=textbox]') !== null
}

/** Enter and Space keep their native meaning on buttons, links and check boxes. */
function activates(target: Element, chord: Chord): boolean {
  if (chord !== 'enter' && chord !== 'space') return false
  return target.closest('button,a[href],summary,input,[role=button],[role=checkbox],[role=tab]') !== null
}

function publish(): void {
  shown = layers.toReversed().flatMap(({ bindings }) => bindings.filter(isOn).map(remapped))
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function saveSettings(next: KeySettings): void {
  settings = next
  try {
    localStorage.setItem(storageKey, JSON.stringify(next))
  } catch {
    // Storage may be full or forbidden: the setting then lasts for this visit.
  }
  publish()
}

function loadSettings(): KeySettings {
  const shipped: KeySettings = { on: true, remap: {}, bar: true }
  try {
    return { ...shipped, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<KeySettings>) }
  } catch {
    return shipped
  }
}
