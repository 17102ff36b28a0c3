import { useState, type ComponentProps } from 'react'
import { words } from '../words.ts'
import { TextInput } from './Field.tsx'
import css from './PasswordInput.module.css'

/** A password that can be shown while it is typed. */
export function PasswordInput(props: ComponentProps<typeof TextInput>) {
  const [shown, setShown] = useState(false)
  return (
    <span className={css.password}>
      <TextInput {...props} type={shown ? 'text' : 'password'} className={css.input} spellCheck={false} />
      <button type="button" className={css.show} aria-pressed={shown} onClick={() => setShown(!shown)}>
        {words(shown ? 'hide' : 'show')}
        <span className={css.what}> {words('passwordThing')}</span>
      </button>
    </span>
  )
}
