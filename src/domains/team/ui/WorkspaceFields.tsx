import { fieldFault } from '../../../ui/api/problem.ts'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { PlaceFields, type Place } from './PlaceFields.tsx'
import { words } from './words.ts'

/** Name, currency and time zone of a workspace. */
export function WorkspaceFields({
  value,
  onChange,
  error,
}: {
  value: Place & { name: string }
  onChange: (value: Place & { name: string }) => void
  error: Error | null
}) {
  return (
    <>
      <Field label={words('workspaceName')} error={fieldFault(error, 'name')}>
        {(control) => (
          <TextInput
            {...control}
            value={value.name}
            onChange={(event) => onChange({ ...value, name: event.target.value })}
          />
        )}
      </Field>
      <PlaceFields value={value} onChange={(place) => onChange({ ...value, ...place })} error={error} />
    </>
  )
}
