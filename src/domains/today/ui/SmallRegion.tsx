import { useState } from 'react'
import { minorDigits } from '../../../platform/money.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { money } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './rules.module.css'
import { toNumber } from './rule-draft.ts'
import { words } from './rules-words.ts'
import { useSettings, useSettingsChange } from './use-rules.ts'

type Settings = NonNullable<ReturnType<typeof useSettings>['data']>

/** Below how much a year a customer is small. */
export function SmallRegion({ mayChange }: { mayChange: boolean }) {
  const settings = useSettings()
  return (
    <Region title={words('small')} note={words('smallNote')} line={false}>
      <Loaded query={settings} label={words('small')}>
        {(data) =>
          mayChange ? <SmallForm key={data.smallBelowCents} settings={data} /> : <Shown settings={data} />
        }
      </Loaded>
    </Region>
  )
}

function Shown({ settings: { smallBelowCents, medianCents, currency } }: { settings: Settings }) {
  const minor = smallBelowCents ?? medianCents
  if (minor === null) return <p className={css.intro}>{words('smallNoMedian')}</p>
  return (
    <p className={css.intro}>
      {words('smallShown', {
        money: money({ minor, currency }),
        median: smallBelowCents === null ? 'yes' : 'no',
      })}
    </p>
  )
}

function SmallForm({ settings: { smallBelowCents, medianCents, currency } }: { settings: Settings }) {
  const scale = 10 ** minorDigits(currency)
  const [text, setText] = useState(smallBelowCents === null ? '' : String(smallBelowCents / scale))
  const change = useSettingsChange()
  const save = () =>
    // The form begins anew with what was saved, so it cannot wait for it; its fault stands in change.error.
    change.mutateAsync(text.trim() === '' ? null : Math.round(toNumber(text) * scale)).then(
      () => toast(words('smallSaved'), () => change.mutate(smallBelowCents)),
      () => undefined,
    )
  const fault = fieldFault(change.error, 'smallBelowCents')
  return (
    <div className={css.small}>
      <Form
        onSubmit={save}
        error={change.error}
        fields={['smallBelowCents']}
        actions={
          <Button type="submit" busy={change.isPending}>
            {words('save')}
          </Button>
        }
      >
        <Field
          label={`${words('smallBelow')}, ${currency}`}
          hint={
            medianCents === null
              ? words('smallNoMedian')
              : words('smallHint', { money: money({ minor: medianCents, currency }) })
          }
          error={fault && words('number')}
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      </Form>
    </div>
  )
}
