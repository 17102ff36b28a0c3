/** Marks that mean "no value" in any column. */
export const surelyMissing = new Set([
  '',
  '?',
  '\\n',
  'null',
  '(null)',
  '<null>',
  'nan',
  'n/a',
  '#n/a',
  '#null!',
  '#ref!',
  '#value!',
  '#div/0!',
  '#name?',
  '#num!',
  '(blank)',
])

/** Marks that mean "no value" only where the other cells are numbers, dates or booleans; else they may be words. */
export const perhapsMissing = new Set([
  '-',
  '--',
  '---',
  '.',
  'na',
  'none',
  'nil',
  'missing',
  'tbd',
  '0000-00-00',
])

/** A cell as a mark is written in the tables above. */
export const asMark = (text: string): string => text.trim().toLowerCase()
