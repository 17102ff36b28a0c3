import type { Option } from '../../../ui/controls/Select.tsx'

/** Time zones of the IANA list, labelled as `America/New York`. */
export function timeZoneOptions(): Option[] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])
  return [...zones].map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}

/** The time zone of this device, or UTC when it has none of the list. */
export function guessTimeZone(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  return Intl.supportedValuesOf('timeZone').includes(own) ? own : 'UTC'
}
