import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Random } from '../random/seeded-random.ts'
import { shuffledIndices } from '../random/shuffle.ts'
import { basketsOf, type Baskets } from './baskets.ts'
import { itemsetAt, type Itemsets } from './itemsets.ts'

export type Row = Readonly<Record<string, string>>

export function readRows(path: string): readonly Row[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))
  })
}

/** One basket a row, of labels 'column=value'. */
export const basketsOfRows = (rows: readonly Row[], columns: readonly string[]): Baskets =>
  basketsOf(rows.map((row) => columns.map((column) => `${column}=${row[column]}`)))

const telcoColumns = [
  'Contract',
  'InternetService',
  'PaymentMethod',
  'TechSupport',
  'OnlineSecurity',
  'Churn',
]

export const telcoRows = () => readRows('test/data/telco-ibm/telco.csv')
export const telcoBaskets = () => basketsOfRows(telcoRows(), telcoColumns)

/** 'a & b' of the items of set or antecedent, in order of the alphabet. */
export const namesOf = (items: ArrayLike<number>, labels: readonly string[]): string =>
  Array.from(items, (item) => labels[item]!)
    .sort()
    .join(' & ')

/** Sets by name, with how many baskets hold them. */
export const countsByName = (itemsets: Itemsets, labels: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    Array.from(itemsets.counts, (count, set) => [namesOf(itemsetAt(itemsets, set), labels), count]),
  )

export const letters = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/** A few baskets of up to six letters. */
export const anyLists = fc.array(fc.subarray([...letters]), { minLength: 1, maxLength: 30 })

/** Sets of letters that are in at least `minCount` of the lists, found by looking at every one of them. */
export function countedByHand(
  lists: readonly (readonly string[])[],
  minCount: number,
  maxLength: number,
): Record<string, number> {
  const counted: Record<string, number> = {}
  for (let bits = 1; bits < 2 ** letters.length; bits++) {
    const set = letters.filter((_, at) => (bits >> at) & 1)
    const count = lists.filter((list) => set.every((letter) => list.includes(letter))).length
    if (set.length <= maxLength && count >= minCount) counted[set.join(' & ')] = count
  }
  return counted
}

/** Baskets whose items come each with its own chance, whatever the others do. */
export const independentBaskets = (random: Random, count: number, chances: readonly number[]): Baskets =>
  basketsOf(
    Array.from({ length: count }, () =>
      chances.flatMap((chance, item) => (random() < chance ? [`item ${item}`] : [])),
    ),
  )

export const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : error

export const shuffled = <T>(random: Random, values: readonly T[]): T[] =>
  Array.from(shuffledIndices(random, values.length), (at) => values[at]!)
