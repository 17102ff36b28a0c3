import type { Whose } from './use-today.ts'

export interface TodaySearch {
  whose: Whose
  /** The item in focus; the first one without it. */
  item?: string
}

/** Reads the address of Today; what does not fit is left out. */
export function todaySearch(search: Record<string, unknown>): Partial<TodaySearch> {
  return {
    ...(search.whose === 'team' || search.whose === 'mine' ? { whose: search.whose } : {}),
    ...(typeof search.item === 'string' ? { item: search.item } : {}),
  }
}
