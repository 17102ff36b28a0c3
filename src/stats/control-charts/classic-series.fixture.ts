// The textbook series of control charts, and what R gives for them.
import { readFileSync } from 'node:fs'

const rowsOf = (name: string): string[][] =>
  readFileSync(`test/data/spc-classic/${name}.txt`, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.trim().split(/\s+/))

const column = (rows: string[][], index: number) => rows.map((row) => Number(row[index]))

export const orangeJuice = () => {
  const trial = rowsOf('orangejuice').filter((row) => row[3] === 'TRUE')
  return { counts: column(trial, 1), sizes: column(trial, 2) }
}

export const computers = () => {
  const rows = rowsOf('pcmanufact')
  return { counts: column(rows, 0), sizes: column(rows, 1) }
}

/** 40 subgroups of 5 diameters, of which 25 set the limits. */
export const pistonRings = () => {
  const diameters = column(rowsOf('pistonrings'), 0)
  return Array.from({ length: 40 }, (_, i) => diameters.slice(5 * i, 5 * i + 5))
}

/** 35 batches, of which 20 set the limits. */
export const viscosity = () => column(rowsOf('viscosity'), 1)

/** Incidents by week of 2016-02-29 to 2016-05-09, and those that missed their promised time: test/reference/tickets.json. */
export const slaMisses = {
  counts: [1039, 1985, 1295, 661, 616, 490, 415, 480, 363, 468, 362],
  sizes: [1858, 2073, 1975, 1686, 2174, 2008, 1995, 1401, 2046, 2064, 1489],
}

export type SpcReference = Readonly<{
  constants: Readonly<Record<'n' | 'd2' | 'd3' | 'c4' | 'A2' | 'A3' | 'B3' | 'B4' | 'D3' | 'D4', number>>[]
  nelson: Readonly<{ z: number[]; flags_at_last_point: Record<string, number | number[]> }>
  [name: string]: unknown
}>

export const spcReference = JSON.parse(readFileSync('test/reference/spc.json', 'utf8')) as SpcReference

/** A part of the reference, as numbers by name. */
export const numbersOf = (name: string) => spcReference[name] as Record<string, number>

/** A part of the reference, as series by name. */
export const seriesOf = (name: string) => spcReference[name] as Record<string, number[]>

/** The reference counts rows from 1. */
export const fromOne = (rows: readonly number[]) => rows.map((row) => row + 1)
