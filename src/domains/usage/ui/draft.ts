import type { UseCase } from './queries.ts'

/** A use case as it is being written; `id` and `version` are those of the one that is changed. */
export interface Draft {
  id: string | null
  version: string | null
  name: string
  /** null: all customers of no other use case. */
  segments: readonly string[] | null
  features: readonly string[]
}

export const emptyDraft: Draft = { id: null, version: null, name: '', segments: null, features: [] }

export const draftOf = ({ id, version, name, segments, features }: UseCase): Draft => ({
  id,
  version,
  name,
  segments,
  features,
})

/** The list with an item in it, or without. */
export const including = (list: readonly string[], item: string, on: boolean): string[] =>
  on ? [...list.filter((one) => one !== item), item] : list.filter((one) => one !== item)
