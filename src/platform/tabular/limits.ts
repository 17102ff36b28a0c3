/** Bounds on what one file may ask of the machine. Bytes are bytes, chars are UTF-16 code units. */
export interface TabularLimits {
  /** One field, as written in the file (quotes included). */
  maxFieldChars: number
  /** One row, as written in the file. */
  maxRowChars: number
  maxColumns: number
  /** Whatever the ratio, no file inflates beyond this. */
  maxInflatedBytes: number
  /** Inflated size up to which any ratio is accepted. */
  ratioFloorBytes: number
  /** Inflated / compressed, judged only above the floor. */
  maxInflateRatio: number
  maxZipEntries: number
  maxSharedStrings: number
  maxSharedStringChars: number
}

const MiB = 1024 ** 2
const GiB = 1024 ** 3

export const defaultLimits: TabularLimits = {
  maxFieldChars: MiB,
  maxRowChars: 8 * MiB,
  maxColumns: 2_000,
  maxInflatedBytes: 64 * GiB,
  ratioFloorBytes: 4 * GiB,
  maxInflateRatio: 200,
  maxZipEntries: 10_000,
  maxSharedStrings: 2_000_000,
  maxSharedStringChars: 96 * MiB,
}
