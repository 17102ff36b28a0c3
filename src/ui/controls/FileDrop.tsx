import { FileUp } from 'lucide-react'
import { useId, useState, type DragEvent } from 'react'
import { cx } from '../cx.ts'
import { words } from '../words.ts'
import css from './FileDrop.module.css'

/** Takes one file by dropping it or by choosing it. `accept` as in `<input type="file">`. */
export function FileDrop({
  label = words('fileDrop'),
  hint,
  accept,
  file,
  onFile,
}: {
  label?: string
  hint?: string
  accept?: string
  file?: File | null
  onFile: (file: File) => void
}) {
  const id = useId()
  const [over, setOver] = useState(false)
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const [dropped] = event.dataTransfer.files
    if (dropped) onFile(dropped)
  }
  return (
    <div
      className={cx(css.drop, over && css.over)}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <input
        id={id}
        type="file"
        className={css.input}
        accept={accept}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={({ target }) => target.files?.[0] && onFile(target.files[0])}
      />
      <label htmlFor={id} className={css.label}>
        <FileUp size={16} strokeWidth={1.6} aria-hidden className={css.icon} />
        {file ? words('fileChosen', { name: file.name, size: fileSize(file.size) }) : label}
      </label>
      {hint && (
        <p id={`${id}-hint`} className={css.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** Bytes as `12 KB` or `3.4 MB`. */
export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`
}
