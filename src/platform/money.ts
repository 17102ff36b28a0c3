const digits = new Map<string, number>()

/** Decimal digits of a currency's minor unit: 2 for USD, 0 for JPY, 3 for KWD (ISO 4217 as the runtime knows it). */
export function minorDigits(currency: string): number {
  const known = digits.get(currency)
  if (known !== undefined) return known
  const found = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits
  digits.set(currency, found ?? 2)
  return found ?? 2
}

/** ISO 4217 codes that exist. */
export const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** Currencies whose minor unit is not a hundredth, with their digits: SQL treats all others as 2. */
export const unusualDigits: readonly Readonly<{ currency: string; digits: number }>[] = [...currencies]
  .map((currency) => ({ currency, digits: minorDigits(currency) }))
  .filter((row) => row.digits !== 2)
