import { useState } from 'react'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What a field now holds in store, when both the store and the person at the form moved away from the older state. */
export function overtaken<Value>(older: Value, stored: Value, drafted: Value): Value | undefined {
  return same(older, stored) || same(stored, drafted) || same(older, drafted) ? undefined : stored
}

/** What a field component needs of its draft. */
export interface DraftField<Value> {
  value: Value
  onChange: (value: Value) => void
  /** What somebody else stored here after this form was opened. */
  meanwhile: Value | undefined
}

/**
 * What is typed over a stored state. `record` is the state that the form was opened upon and stays so, whatever the
 * page reads meanwhile; after `load` what was typed stands, and every other field follows the newer state.
 */
export function useDraft<Stored, Draft extends object>(opened: Stored, draftOf: (stored: Stored) => Draft) {
  const [record, setRecord] = useState(opened)
  const [typed, setTyped] = useState<Partial<Draft>>({})
  const [older, setOlder] = useState<Draft | null>(null)
  const stored = draftOf(record)
  const draft: Draft = { ...stored, ...typed }
  return {
    record,
    stored,
    draft,
    load(newer: Stored) {
      setOlder(stored)
      setRecord(newer)
    },
    field: <Key extends keyof Draft>(key: Key): DraftField<Draft[Key]> => ({
      value: draft[key],
      onChange: (value) => setTyped((before) => ({ ...before, [key]: value })),
      meanwhile: older ? overtaken(older[key], stored[key], draft[key]) : undefined,
    }),
  }
}
