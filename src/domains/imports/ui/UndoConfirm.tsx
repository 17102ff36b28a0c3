import { toast } from '../../../ui/overlays/Toast.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { useStart, type ImportSummary } from './queries.ts'
import { words } from './words.ts'

/** Says what an undo changes before it starts. */
export function UndoConfirm({ entry, onClose }: { entry: ImportSummary | null; onClose: () => void }) {
  const undo = useStart(entry?.id ?? '', 'undo', () => toast(words('undoStarted')))
  const records = Object.values(entry?.counts.records ?? {})
  return (
    <Confirm
      open={entry !== null}
      title={words('undoTitle', { name: entry?.fileName ?? '' })}
      text={words('undoText', {
        fresh: records.reduce((sum, tally) => sum + tally.new, 0),
        changed: records.reduce((sum, tally) => sum + tally.changed, 0),
      })}
      action={words('undoAction')}
      keep={words('undoKeep')}
      onConfirm={() => undo.mutate()}
      onClose={onClose}
    />
  )
}
