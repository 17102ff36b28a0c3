import { useState } from 'react'
import { Button } from '../../ui/controls/Button.tsx'
import { Kbd } from '../../ui/controls/Kbd.tsx'
import { Segmented } from '../../ui/controls/Segmented.tsx'
import { Switch } from '../../ui/controls/Switch.tsx'
import { chordOf } from '../../ui/key-match.ts'
import { remapKey, setKeyBar, setKeysOn, useKeySettings } from '../../ui/keys.ts'
import { DescriptionList } from '../../ui/layout/DescriptionList.tsx'
import { Region } from '../../ui/layout/Region.tsx'
import { setDensity, useDensity } from '../../ui/row-height.ts'
import { PlainTable } from '../../ui/table/PlainTable.tsx'
import { setTheme, useTheme } from '../../ui/theme.ts'
import css from './AppearanceRegions.module.css'
import { remapFault, remappableKeys, type RemappableKey } from './remappable-keys.ts'
import { words } from './web-words.ts'

/** Theme and row height, kept in this browser. */
export function LookRegion() {
  const theme = useTheme()
  const density = useDensity()
  return (
    <Region title={words('look')} note={words('inThisBrowser')}>
      <div className={css.facts}>
        <DescriptionList
          items={[
            {
              term: words('theme'),
              value: (
                <Segmented
                  label={words('theme')}
                  options={[
                    { value: 'system', label: words('system') },
                    { value: 'light', label: words('light') },
                    { value: 'dark', label: words('dark') },
                  ]}
                  value={theme}
                  onChange={setTheme}
                />
              ),
            },
            {
              term: words('rows'),
              value: (
                <Segmented
                  label={words('rows')}
                  options={[
                    { value: 'dense', label: words('dense') },
                    { value: 'comfortable', label: words('comfortable') },
                  ]}
                  value={density}
                  onChange={setDensity}
                />
              ),
            },
          ]}
        />
      </div>
    </Region>
  )
}

/** Keys without a modifier can be turned off or given another letter (WCAG 2.1.4). */
export function KeysRegion() {
  const { on, bar, remap } = useKeySettings()
  return (
    <Region title={words('keys')} note={words('inThisBrowser')} line={false}>
      <div className={css.switches}>
        <Switch label={words('keysOn')} checked={on} onChange={setKeysOn} />
        <Switch label={words('keyBar')} checked={bar} onChange={setKeyBar} />
      </div>
      {on ? (
        <PlainTable
          label={words('keys')}
          rows={remappableKeys}
          rowKey={({ key }) => key}
          columns={[
            { id: 'does', head: words('does'), cell: ({ label }) => label },
            { id: 'key', head: words('key'), cell: ({ key }) => <Kbd keys={remap[key] ?? key} /> },
            {
              id: 'change',
              head: words('changeKey'),
              hideHead: true,
              cell: (row) => <Remap row={row} remap={remap} />,
            },
          ]}
        />
      ) : (
        <p className={css.off}>{words('keysOff')}</p>
      )}
    </Region>
  )
}

function Remap({ row: { key, label }, remap }: { row: RemappableKey; remap: Record<string, string> }) {
  const [waiting, setWaiting] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const take = (chord: string) => {
    const reason = remapFault(key, chord, remap)
    setFault(reason)
    if (reason) return
    remapKey(key, chord === key ? null : chord)
    setWaiting(false)
  }
  return (
    <span className={css.remap}>
      {fault && (
        <span role="alert" className={css.fault}>
          {fault}
        </span>
      )}
      {remap[key] !== undefined && !waiting && (
        <Button
          variant="quiet"
          size="row"
          aria-label={words('resetKeyOf', { label })}
          onClick={() => remapKey(key, null)}
        >
          {words('resetKey')}
        </Button>
      )}
      <Button
        size="row"
        aria-label={waiting ? words('pressFor', { label }) : words('changeKeyOf', { label })}
        onClick={() => setWaiting(true)}
        onBlur={() => {
          setWaiting(false)
          setFault(null)
        }}
        onKeyDown={(event) => {
          if (!waiting || event.key === 'Tab') return
          const chord = chordOf(event.nativeEvent)
          if (chord === null) return
          event.preventDefault()
          event.stopPropagation()
          if (chord === 'escape') setWaiting(false)
          else take(chord)
        }}
      >
        {words(waiting ? 'press' : 'changeKey')}
      </Button>
    </span>
  )
}
