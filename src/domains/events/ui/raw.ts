import type { ExploredEvent } from './queries.ts'

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** An event in the words of the contract, as far as it is kept. */
export function rawOf(event: ExploredEvent): string {
  const { type, name, user, groupId, messageId, at, properties } = event
  const label = type === 'track' ? { event: name } : name ? { name } : {}
  const group = groupId && (type === 'group' ? { groupId } : { context: { groupId } })
  const id = user && (user.kind === 'user' ? { userId: user.externalId } : { anonymousId: user.externalId })
  return JSON.stringify(
    { type, ...label, ...id, ...group, properties: parsed(properties), timestamp: at, messageId },
    null,
    2,
  )
}

/** JSON text laid out to be read, other text as it is. */
export function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
