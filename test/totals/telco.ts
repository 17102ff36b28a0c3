// Totals of the Telco snapshot, worked out from the file alone: what the app shows after an import must equal them.
import { countBy, readCsv, sumBy } from './read-csv.ts'

const cents = (amount: string): number => Math.round(Number(amount) * 100)

export function telcoTotals() {
  const customers = readCsv('telco-ibm/telco.csv')
  const left = customers.filter((row) => row.Churn === 'Yes')
  const stayed = customers.filter((row) => row.Churn === 'No')
  const sum = (rows: typeof customers) => rows.reduce((total, row) => total + cents(row.MonthlyCharges!), 0)
  const contract = (row: (typeof customers)[number]) => row.Contract!
  return {
    accounts: customers.length,
    left: left.length,
    /** Of those who stayed, in cents. */
    mrrCents: sum(stayed),
    mrrLeftCents: sum(left),
    accountsByContract: countBy(customers, contract),
    leftByContract: countBy(left, contract),
    mrrCentsByContract: sumBy(stayed, contract, (row) => cents(row.MonthlyCharges!)),
    withoutTotalCharges: customers.filter((row) => row.TotalCharges!.trim() === '').length,
    tenureMonths: customers.reduce((total, row) => total + Number(row.tenure), 0),
  }
}
