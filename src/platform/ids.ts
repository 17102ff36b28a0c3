import { v7 } from 'uuid'

/** Time-ordered id, so that new rows land at the end of an index. */
export const newId = (): string => v7()
