import type { Option } from '../../../ui/controls/Select.tsx'
import { isTimeZone } from '../model.ts'

/** Current name of the IANA list -> the one that it replaced, which many runtimes still give. */
const formerNames: Readonly<Record<string, string>> = {
  'Africa/Asmara': 'Africa/Asmera',
  'America/Argentina/Buenos_Aires': 'America/Buenos_Aires',
  'America/Argentina/Catamarca': 'America/Catamarca',
  'America/Argentina/Cordoba': 'America/Cordoba',
  'America/Argentina/Jujuy': 'America/Jujuy',
  'America/Argentina/Mendoza': 'America/Mendoza',
  'America/Atikokan': 'America/Coral_Harbour',
  'America/Indiana/Indianapolis': 'America/Indianapolis',
  'America/Kentucky/Louisville': 'America/Louisville',
  'America/Nuuk': 'America/Godthab',
  'Asia/Ho_Chi_Minh': 'Asia/Saigon',
  'Asia/Kathmandu': 'Asia/Katmandu',
  'Asia/Kolkata': 'Asia/Calcutta',
  'Asia/Yangon': 'Asia/Rangoon',
  'Atlantic/Faroe': 'Atlantic/Faeroe',
  'Europe/Kyiv': 'Europe/Kiev',
  'Pacific/Chuuk': 'Pacific/Truk',
  'Pacific/Kanton': 'Pacific/Enderbury',
  'Pacific/Pohnpei': 'Pacific/Ponape',
}
const currentNames = new Map(Object.entries(formerNames).map(([now, former]) => [former, now]))

/** The name that a zone has today: `Asia/Kolkata` for `Asia/Calcutta`; any other stays as it is. */
export const currentZoneName = (name: string): string => currentNames.get(name) ?? name

const plain = (name: string): string => name.replaceAll('_', ' ')

function optionOf(value: string): Option {
  const former = formerNames[value]
  return { value, label: former ? `${plain(value)} (${plain(former)})` : plain(value) }
}

/** Time zones of the IANA list by their current names, labelled with the former one too, so that both are found. */
export function timeZoneOptions(): Option[] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map(currentZoneName)])
  return [...zones].sort(byNameAfterUtc).map(optionOf)
}

const byNameAfterUtc = (a: string, b: string): number =>
  Number(b === 'UTC') - Number(a === 'UTC') || (a < b ? -1 : 1)

/** The option of a stored zone, also of one that the list does not offer. */
export const timeZoneOption = (name: string): Option => optionOf(currentZoneName(name))

/** The time zone of this device, or UTC when it has none of the list. */
export function guessTimeZone(): string {
  const own = currentZoneName(Intl.DateTimeFormat().resolvedOptions().timeZone)
  return isTimeZone(own) ? own : 'UTC'
}
