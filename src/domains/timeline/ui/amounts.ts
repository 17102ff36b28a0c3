import { minorDigits } from '../../../platform/money.ts'

/** An amount as people write it, `1200` or `1,200.50`, in minor units; null where it is none. */
export function toMinor(text: string, currency: string): number | null {
  const plain = text.trim().replace(/(?<=\d),(?=\d{3}(\D|$))/g, '')
  const digits = minorDigits(currency)
  const pattern = digits === 0 ? /^\d+$/ : new RegExp(`^\\d+(\\.\\d{1,${digits}})?$`)
  if (!pattern.test(plain)) return null
  const [whole, rest = ''] = plain.split('.')
  const minor = Number(whole! + rest.padEnd(digits, '0'))
  return Number.isSafeInteger(minor) ? minor : null
}

/** Minor units as the field shows them: `1200` or `1200.50`. */
export function fromMinor(minor: number, currency: string): string {
  const digits = minorDigits(currency)
  const text = (minor / 10 ** digits).toFixed(digits)
  return text.replace(/\.0+$/, '')
}

/** A whole number from a field; null where it is empty, undefined where it is none. */
export function toCount(text: string): number | null | undefined {
  if (text.trim() === '') return null
  return /^\d{1,8}$/.test(text.trim()) ? Number(text) : undefined
}
