import { Combobox as Base } from '@base-ui/react/combobox'
import { cx } from '../cx.ts'
import overlay from '../overlays/overlay.module.css'
import { words } from '../words.ts'
import type { FieldControl } from './Field.tsx'
import field from './Field.module.css'
import type { Option } from './Select.tsx'

/** `New_York` finds `New York` and the other way round. */
const spaced = (text: string): string => text.replaceAll('_', ' ')

/**
 * One choice of a long list, found by typing. With `onSearch` the options are those the server found for the
 * text; without, the given options are filtered here.
 */
export function Combobox({
  options,
  value,
  onChange,
  onSearch,
  label,
  placeholder,
  ...control
}: {
  options: readonly Option[]
  value: Option | null
  onChange: (value: Option | null) => void
  onSearch?: (query: string) => void
  label?: string
  placeholder?: string
} & Partial<FieldControl>) {
  const { contains } = Base.useFilter()
  const filter = (option: Option, query: string) => contains(spaced(option.label), spaced(query))
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={onChange}
      itemToStringLabel={(option: Option) => option.label}
      isItemEqualToValue={(a: Option, b: Option) => a.value === b.value}
      autoHighlight
      {...(onSearch ? { filter: null, onInputValueChange: onSearch } : { filter })}
    >
      <Base.Input {...control} aria-label={label} placeholder={placeholder} className={field.input} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} className={overlay.positioner}>
          <Base.Popup className={cx(overlay.popup, overlay.list)}>
            <Base.Empty className={overlay.empty}>{words('noneFound')}</Base.Empty>
            <Base.List>
              {(option: Option) => (
                <Base.Item key={option.value} value={option} className={overlay.item}>
                  {option.label}
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
