import { personRoles, type PersonRole, type Presence } from './schema.ts'

type Span = Readonly<{ fromOn: string | null; toOn: string | null }>

/** Where a half-open span of days stands on `today` ('YYYY-MM-DD'); an unknown beginning has begun. */
export function presenceOn({ fromOn, toOn }: Span, today: string): Presence {
  if (toOn !== null && toOn <= today) return 'gone'
  return fromOn !== null && fromOn > today ? 'coming' : 'current'
}

const presences: readonly Presence[] = ['current', 'coming', 'gone']

/** How present somebody is who has several roles: one current role is enough. */
export const strongestPresence = (all: readonly Presence[]): Presence =>
  presences.find((presence) => all.includes(presence)) ?? 'gone'

const roleWords: Readonly<Record<PersonRole, readonly string[]>> = {
  buyer: ['buyer', 'decision maker', 'economic buyer', 'budget holder', 'signatory', 'executive sponsor'],
  champion: ['champion', 'sponsor', 'advocate', 'promoter', 'project lead'],
  admin: ['admin', 'administrator', 'it admin', 'system admin', 'technical contact'],
  user: ['user', 'end user', 'member', 'power user'],
}
const plain = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Roles named in a cell such as "Champion; Admin", and the words that name none. */
export function readRoles(cell: string): { roles: PersonRole[]; unknown: string[] } {
  const words = cell.split(/[;,|/+&]|\band\b/i).filter((word) => plain(word) !== '')
  const found = words.map((word) => personRoles.find((role) => roleWords[role].includes(plain(word))))
  return {
    roles: [...new Set(found.filter((role) => role !== undefined))],
    unknown: words.filter((_, index) => found[index] === undefined).map((word) => word.trim()),
  }
}

export type Identity = Readonly<{ emails: readonly string[]; names: readonly string[] }>

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
const jsonText = (text: string): string => JSON.stringify(text).slice(1, -1)

/**
 * PostgreSQL regular expression (case-insensitive use) that finds an e-mail address or a name of these people in
 * prose and inside JSON text, or null when there is nothing to look for. A name of one word is left out: it could be
 * any word. An address or name inside a longer one is another.
 */
export function mentionPattern({ emails, names }: Identity): string | null {
  const words = (text: string) =>
    [...new Set([text, jsonText(text)])].map((form) => escapeRegex(form).replace(/\s+/g, '\\s+'))
  const address = emails.flatMap(words)
  const name = names.filter((text) => /\S\s+\S/.test(text)).flatMap(words)
  const parts = [
    ...(address.length > 0
      ? [`(?<![[:alnum:]._%+-])(?:${address.join('|')})(?![[:alnum:]]|[.-][[:alnum:]])`]
      : []),
    ...(name.length > 0 ? [`(?<![[:alnum:]])(?:${name.join('|')})(?![[:alnum:]])`] : []),
  ]
  return parts.length > 0 ? parts.join('|') : null
}

export type ErasureLine = Readonly<{ workspaceId: string; personId: string; erasedAt: string }>

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Erasures of the file that outlives a restore; a line that a crash cut off is passed over. */
export function readErasures(text: string): ErasureLine[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { workspaceId, personId, erasedAt } = JSON.parse(line) as Record<string, unknown>
      const sound =
        uuid.test(String(workspaceId)) &&
        uuid.test(String(personId)) &&
        !Number.isNaN(Date.parse(String(erasedAt)))
      return sound ? [{ workspaceId, personId, erasedAt } as ErasureLine] : []
    } catch {
      return []
    }
  })
}

/** Lines to append. Each begins on a line of its own, whatever the end of the file looks like. */
export const writeErasures = (lines: readonly ErasureLine[]): string =>
  lines.map((line) => `\n${JSON.stringify(line)}\n`).join('')
