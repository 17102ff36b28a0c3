// Customers of the telecom snapshot as columns: what is known of each, how long they stayed, and whether they left.
import { readCsv } from '../totals/read-csv.ts'

export const telcoFactors = [
  'gender',
  'SeniorCitizen',
  'Partner',
  'Dependents',
  'PhoneService',
  'MultipleLines',
  'InternetService',
  'OnlineSecurity',
  'OnlineBackup',
  'DeviceProtection',
  'TechSupport',
  'StreamingTV',
  'StreamingMovies',
  'Contract',
  'PaperlessBilling',
  'PaymentMethod',
] as const

const withoutService = (value: string) => (/^No (internet|phone) service$/.test(value) ? 'No' : value)

export function telcoCustomers() {
  const rows = readCsv('telco-ibm/telco.csv')
  const levels = Object.fromEntries(
    telcoFactors.map((name) => [name, [...new Set(rows.map((row) => withoutService(row[name]!)))].sort()]),
  )
  const codes = (name: string) =>
    Float64Array.from(rows, (row) => levels[name]!.indexOf(withoutService(row[name]!)))
  const numbers = (name: string) => Float64Array.from(rows, (row) => Number(row[name]))
  return {
    levels,
    columns: {
      ...Object.fromEntries(telcoFactors.map((name) => [name, codes(name)])),
      tenure: numbers('tenure'),
      MonthlyCharges: numbers('MonthlyCharges'),
      TotalCharges: numbers('TotalCharges'),
      monthToMonth: Float64Array.from(rows, (row) => (row.Contract === 'Month-to-month' ? 1 : 0)),
    } as Readonly<Record<string, Float64Array>>,
    events: Uint8Array.from(rows, (row) => (row.Churn === 'Yes' ? 1 : 0)),
  }
}
