import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { CopyField } from '../../../ui/controls/CopyField.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import css from './team.module.css'
import { words } from './words.ts'

/** Something that only this answer holds: whoever closes the dialog cannot read it again. */
export interface Secret {
  label: string
  value: string
  hint: string
}

interface SecretFormProps<Input> {
  intro?: string
  initial: Input
  /** Paths of the fields that show their own fault. */
  fields: readonly string[]
  action: string
  make: (input: Input) => Promise<Secret>
  /** What is read again once it is made. */
  refreshes: QueryKey
  onClose: () => void
  children: (
    input: Input,
    change: (part: Partial<Input>) => void,
    fault: (path: string) => string | undefined,
  ) => ReactNode
}

/** A dialog that asks what a secret is for, makes it, and shows it this one time. `width` in px. */
export function SecretDialog<Input>({
  open,
  title,
  width,
  ...form
}: SecretFormProps<Input> & { open: boolean; title: string; width: number }) {
  return (
    <Dialog open={open} onClose={form.onClose} title={title} width={width}>
      <SecretForm {...form} />
    </Dialog>
  )
}

function SecretForm<Input>({
  intro,
  initial,
  fields,
  action,
  make,
  refreshes,
  onClose,
  children,
}: SecretFormProps<Input>) {
  const cache = useQueryClient()
  const [input, setInput] = useState(initial)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => make(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: refreshes }),
  })
  if (data) return <Shown secret={data} onClose={onClose} />
  return (
    <>
      {intro && <p className={css.intro}>{intro}</p>}
      <Form
        onSubmit={mutate}
        error={error}
        fields={fields}
        actions={
          <Button variant="primary" type="submit" busy={isPending}>
            {action}
          </Button>
        }
      >
        {children(
          input,
          (part) => setInput({ ...input, ...part }),
          (path) => fieldFault(error, path),
        )}
      </Form>
    </>
  )
}

function Shown({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  return (
    <>
      <CopyField {...secret} />
      <div className={css.dialogEnd}>
        <Button variant="primary" onClick={onClose}>
          {words('done')}
        </Button>
      </div>
    </>
  )
}
