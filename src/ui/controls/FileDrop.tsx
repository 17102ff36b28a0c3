import { FileUp } from 'lucide-react'
import { useId, useState, type DragEvent, type Ref } from 'react'
import { cx } from '../cx.ts'
import { words } from '../words.ts'
import css from './FileDrop.module.css'

/** Takes one file, or several, by dropping them or by choosing them. `accept` as in `<input type="file">`. */
export function FileDrop({
  label = words('fileDrop'),
  hint,
  accept,
  file,
  multiple = false,
  input,
  onFiles,
}: {
  label?: string
  hint?: string
  accept?: string
  file?: File | null
  multiple?: boolean
  /** The input itself, for a key that opens the choice of files. */
  input?: Ref<HTMLInputElement>
  onFiles: (files: [File, ...File[]]) => void
}) {
  const id = useId()
  const [over, setOver] = useState(false)
  const take = (files: FileList | null) => {
    const [first, ...others] = files ?? []
    if (first) onFiles(multiple ? [first, ...others] : [first])
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
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
        ref={input}
        id={id}
        type="file"
        multiple={multiple}
        className={css.input}
        accept={accept}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={({ target }) => {
          take(target.files)
          // The same file may be chosen again after it was corrected.
          target.value = ''
        }}
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

/** Bytes as `12 KB`, `3.4 MB` or `5 GB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${size.toFixed(1).replace(/\.0$/, '')} ${unit}`
}
