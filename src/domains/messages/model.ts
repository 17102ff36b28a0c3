import type { Channel, Direction } from './schema.ts'

const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()

const directionWords: Readonly<Record<Direction, readonly string[]>> = {
  in: ['in', 'inbound', 'incoming', 'received', 'from customer', 'customer', 'reply'],
  out: ['out', 'outbound', 'outgoing', 'sent', 'to customer', 'agent', 'us'],
}

/** Direction that a word of another system means, or null. */
export function readDirection(word: string): Direction | null {
  if (directionWords.in.includes(plain(word))) return 'in'
  return directionWords.out.includes(plain(word)) ? 'out' : null
}

const channelWords: readonly (readonly [RegExp, Channel])[] = [
  [/\be ?mail|\bmail\b/, 'email'],
  [/\bcall|\bphone|\bvoice/, 'call'],
  [/\bmeeting|\bvisit|\bdemo\b|\bzoom\b|\bworkshop|\bon site/, 'meeting'],
  [/\bchat|\bslack\b|\bsms\b|\bwhatsapp\b|\bteams\b|\bintercom\b|\binstant/, 'chat'],
]

/** Channel that a word of another system means; what is not known is "other". */
export const readChannel = (word: string): Channel =>
  channelWords.find(([pattern]) => pattern.test(plain(word)))?.[1] ?? 'other'
