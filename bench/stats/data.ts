import { drawExponential } from '../../src/stats/random/draw.ts'
import { seededRandom } from '../../src/stats/random/seeded-random.ts'
import { simulateAccountMonths } from '../../src/stats/hazard/simulate-account-months.fixture.ts'
import { writeArray } from './arrays.ts'

type WriteData = (folder: string, scale: number) => void

/** A million customers of four groups who leave at rates of their own and are watched for up to four years. */
const writeFollowUp =
  (unitsPerDay: number): WriteData =>
  (folder, scale) => {
    const rows = Math.ceil(1e6 * scale)
    const random = seededRandom(1)
    const [time, event, group] = [new Float64Array(rows), new Uint32Array(rows), new Uint32Array(rows)]
    for (let row = 0; row < rows; row++) {
      group[row] = Math.floor(random() * 4)
      const leaves = drawExponential(random, (1 + 0.01 * group[row]!) / 700)
      const watched = random() * 1461
      time[row] = Math.ceil(Math.min(leaves, watched) * unitsPerDay)
      event[row] = leaves <= watched ? 1 : 0
    }
    writeArray(folder, 'time', time)
    writeArray(folder, 'event', event)
    writeArray(folder, 'group', group)
  }

/** About 2.4 million account-months with twelve covariates, and 240,000 of other accounts to judge the fit by. */
const writeAccountMonths: WriteData = (folder, scale) => {
  const parts = { fit: { seed: 1, accounts: 111_000 }, held: { seed: 2, accounts: 11_100 } }
  for (const [part, { seed, accounts }] of Object.entries(parts)) {
    const months = simulateAccountMonths(seededRandom(seed), {
      accounts: Math.ceil(accounts * scale),
      months: 36,
    })
    for (const [name, column] of Object.entries(months.columns)) writeArray(folder, `${part}.${name}`, column)
    writeArray(folder, `${part}.event`, Uint32Array.from(months.events))
  }
}

const items = 60

/**
 * A million baskets of sixty items, the first in most baskets, about eight in each. Eager customers have more of every third
 * item, and three items in a row come together now and then, so that there is something to find.
 */
const writeBaskets: WriteData = (folder, scale) => {
  const baskets = Math.ceil(1e6 * scale)
  const random = seededRandom(1)
  const popularity = Array.from({ length: items }, (_, item) => 1 / (item + 3))
  const total = popularity.reduce((sum, share) => sum + share)
  const chances = popularity.map((share) => (7 * share) / total)
  const offsets = new Uint32Array(baskets + 1)
  const held: number[] = []
  for (let basket = 0; basket < baskets; basket++) {
    const eager = random() < 0.2 ? 2 : 1
    const together = random() < 0.25 ? Math.floor(random() * (items - 2)) : items
    for (let item = 0; item < items; item++) {
      const isTogether = item >= together && item < together + 3
      const chance = Math.min(0.9, chances[item]! * (item % 3 === 0 ? eager : 1))
      if (random() < chance || isTogether) held.push(item)
    }
    offsets[basket + 1] = held.length
  }
  writeArray(folder, 'offsets', offsets)
  writeArray(folder, 'items', Uint32Array.from(held))
}

/** Data sets by name, each written once to a folder of its own. */
export const dataSets: Readonly<Record<'days' | 'seconds' | 'months' | 'baskets', WriteData>> = {
  days: writeFollowUp(1),
  seconds: writeFollowUp(86_400),
  months: writeAccountMonths,
  baskets: writeBaskets,
}
