import type { Random } from '../../stats/random/seeded-random.ts'
import { pick } from './chance.ts'

const places =
  'Alder Ashford Aspen Barlow Bayview Beacon Birchwood Blackwell Bluff Brighton Brookside Calder Canyon Cedar Clearwater Cliffside Coastal Copper Corwin Crestline Dalton Delta Dunmore Eastgate Elm Everett Fairmont Falcon Ferndale Foxhill Garnet Glenwood Granite Greenfield Halstead Hampton Harbor Hawthorn Highland Hollis Irving Ironwood Jasper Juniper Kessler Keystone Kingsley Lakeside Larkin Linden Lockhart Madison Maple Marlow Meadow Merritt Midland Milford Monroe Northgate Norwood Oakmont Orchard Osborne Parkway Pemberton Pine Prairie Preston Quarry Quincy Ravenna Redwood Ridgeway Riverbend Rockport Rosedale Sable Salem Sawyer Seneca Shoreline Silver Spruce Sterling Stonebridge Summit Sutton Tamarack Thornton Timber Union Valley Vernon Walden Warwick Wellington Westbrook Whitfield Willow Winslow Woodland Yarrow York'.split(
    ' ',
  )
const firstNames =
  'Aaron Abby Ada Adrian Alan Alicia Amara Amir Ana Andre Anita Antonio Arjun Asha Beatriz Ben Bianca Brian Bruno Camila Carl Carmen Cathy Cesar Chen Chloe Clara Colin Cora Dana Daniel Daria David Dee Diego Dina Elena Eli Emma Erik Esther Ethan Eva Farid Fatima Felix Finn Fiona Frank Gabriel Gina Grace Hana Harold Hector Helen Hugo Ian Ines Iris Isaac Ivan Jade James Jan Janet Jay Joan Joel Jorge Julia Kai Karen Karim Kate Keith Kim Lara Lars Laura Lena Leo Lila Linda Liam Luis Lucy Maya Marco Maria Mark Marta Mei Mia Mike Mina Nadia Nate Neil Nina Noah Nora Omar Oscar Otto Paul Petra Priya Rachel Rafael Ravi Ray Rita Rob Rosa Ruth Sam Sandra Sara Sean Simon Sofia Stan Susan Tara Ted Theo Tina Tom Uma Vera Victor Wade Wendy Yara Yusuf Zoe'.split(
    ' ',
  )
const lastNames =
  'Abbott Adler Alvarez Baker Banerjee Barnes Becker Bell Bishop Boyd Brandt Brooks Burke Byrne Campos Carver Castro Chan Cohen Cole Conway Cooper Cruz Dale Daly Davies Diaz Doyle Drake Duarte Duncan Ellis Engel Espinoza Evans Farrell Fischer Flores Ford Foster Fox Garcia Gibbs Gomez Grant Gray Green Haas Hale Hansen Hart Hayes Hess Hill Holt Horvath Hughes Hunt Ibarra Jensen Jones Kane Kaur Keller Kelly Khan Klein Koch Kumar Lang Larsen Lee Lopez Lowe Lynch Malik Marsh Mason Mehta Mendez Meyer Moore Moreno Morgan Murphy Nash Nguyen Nolan Novak Oduya Ortiz Owens Park Patel Perez Pierce Price Quinn Ramos Reed Reyes Rhodes Rice Rivera Rossi Ruiz Ryan Santos Sato Shah Sharp Silva Singh Snyder Soto Stein Stone Suarez Tate Torres Tran Turner Vance Vargas Vega Wade Walsh Ward Weber West Wolf Wood Wright Yang Young Zhang'.split(
    ' ',
  )

/** Gives each company a name and a domain of its own. */
export function companyNames(
  random: Random,
): (trades: readonly string[]) => { name: string; domain: string } {
  const taken = new Map<string, number>()
  return (trades) => {
    const first = pick(random, places)
    const stem = random() < 0.35 ? `${first} ${pick(random, lastNames)}` : first
    const plain = `${stem} ${pick(random, trades)}`
    const n = (taken.get(plain) ?? 0) + 1
    taken.set(plain, n)
    const name = n === 1 ? plain : `${plain} ${n}`
    return { name, domain: `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example` }
  }
}

export const personName = (random: Random): string => `${pick(random, firstNames)} ${pick(random, lastNames)}`
