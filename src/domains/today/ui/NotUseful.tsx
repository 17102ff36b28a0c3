import { useId, useState } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { whys, type Why } from '../schema.ts'
import { titleOf, type Item } from './reasons.ts'
import css from './today.module.css'
import { words } from './words.ts'

/** Asks why something was not useful: one of few reasons, and words where they help. Both are told at the rule. */
export function NotUseful({
  item,
  open,
  onClose,
  onSave,
}: {
  item: Item
  open: boolean
  onClose: () => void
  onSave: (why: Why | null, comment: string) => void
}) {
  const [why, setWhy] = useState<Why | null>(null)
  const [comment, setComment] = useState('')
  const group = useId()
  const save = () => {
    onClose()
    onSave(why, comment.trim())
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words('notUsefulTitle', { action: titleOf(item) })}
      actions={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button variant="primary" onClick={save}>
            {words('notUsefulSave')}
          </Button>
        </>
      }
    >
      <form
        className={css.whyForm}
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <fieldset className={css.whys}>
          <legend>{words('notUsefulWhy')}</legend>
          {whys.map((one) => (
            <label key={one} className={css.whyChoice}>
              <input type="radio" name={group} checked={why === one} onChange={() => setWhy(one)} />
              {words(`why_${one}`)}
            </label>
          ))}
        </fieldset>
        <Field label={words('notUsefulWords')} hint={words('notUsefulHint')}>
          {(control) => (
            <TextInput
              {...control}
              value={comment}
              maxLength={500}
              autoComplete="off"
              onChange={(event) => setComment(event.target.value)}
            />
          )}
        </Field>
        {/* Enter in the field saves. */}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}
