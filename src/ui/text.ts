import { IntlMessageFormat } from 'intl-messageformat'

type Messages = Record<string, string>
export type TextValues = Record<string, string | number | Date>
export type Text<Key extends string> = (key: Key, values?: TextValues) => string

const translations = new Map<string, Messages>()
const formatters = new Map<string, IntlMessageFormat>()
let current = 'en'

/**
 * The messages of one part of the interface, in English and ICU syntax:
 * `const text = catalogue('customers', { count: '{n, plural, one {# customer} other {# customers}}' })`,
 * then `text('count', { n: 3 })`. Falls back to English where a locale lacks a message.
 */
export function catalogue<const M extends Messages>(name: string, english: M): Text<keyof M & string> {
  return (key, values) => {
    const translated = translations.get(`${current} ${name}`)?.[key]
    const message = translated ?? english[key] ?? key
    const locale = translated === undefined ? 'en' : current
    return String(formatter(message, locale).format(values && isolated(values)))
  }
}

/** Adds the messages of one catalogue in another language (BCP 47 tag). */
export function registerMessages(locale: string, name: string, messages: Messages): void {
  translations.set(`${locale} ${name}`, messages)
}

export function setLocale(locale: string): void {
  current = locale
}

export function getLocale(): string {
  return current
}

/** Characters that turn the direction of what follows, and those of scripts that run from right to left. */
const turns = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/** A name inside a sentence keeps its direction to itself. */
export function isolate(name: string): string {
  const plain = name.replace(turns, '')
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain
}

const isolated = (values: TextValues): TextValues =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? isolate(value) : value]),
  )

function formatter(message: string, locale: string): IntlMessageFormat {
  const key = `${locale} ${message}`
  const known = formatters.get(key)
  if (known) return known
  const made = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true })
  formatters.set(key, made)
  return made
}
