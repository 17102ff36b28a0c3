import { useMemo } from 'react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field } from '../../../ui/controls/Field.tsx'
import type { Option } from '../../../ui/controls/Select.tsx'
import { currencyOptions } from './currencies.ts'
import { timeZoneOption, timeZoneOptions } from './time-zones.ts'
import { words } from './words.ts'

export interface Place {
  currency: string
  timeZone: string
}

/** Currency and time zone of a workspace, each found by typing. */
export function PlaceFields({
  value,
  onChange,
  error,
}: {
  value: Place
  onChange: (value: Place) => void
  error: Error | null
}) {
  const currencies = useMemo(currencyOptions, [])
  const zones = useMemo(timeZoneOptions, [])
  return (
    <>
      <Field label={words('currency')} hint={words('currencyHint')} error={fieldFault(error, 'currency')}>
        {(control) => (
          <Combobox
            {...control}
            options={currencies}
            value={optionOf(currencies, value.currency)}
            onChange={(option) => option && onChange({ ...value, currency: option.value })}
          />
        )}
      </Field>
      <Field label={words('timeZone')} hint={words('timeZoneHint')} error={fieldFault(error, 'timeZone')}>
        {(control) => (
          <Combobox
            {...control}
            options={zones}
            value={timeZoneOption(value.timeZone)}
            onChange={(option) => option && onChange({ ...value, timeZone: option.value })}
          />
        )}
      </Field>
    </>
  )
}

function optionOf(options: readonly Option[], value: string): Option {
  return options.find((option) => option.value === value) ?? { value, label: value }
}
