import { useEffect, useState, type ReactNode } from 'react'
import css from './Skeleton.module.css'

const widths = [176, 140, 205, 152, 187]

/**
 * Rows in the shape of a list while it loads. Nothing shows for 300 ms; after 4 s `reading` says what is being
 * read, for example "Still reading 1.2M events. You can go on."
 */
export function SkeletonRows({
  rows = 5,
  label,
  reading,
}: {
  rows?: number
  label: string
  reading?: string
}) {
  const elapsed = useElapsed([300, 4000])
  if (elapsed < 300) return null
  return (
    <div role="status" aria-label={label}>
      <SkeletonFace rows={rows} />
      {elapsed >= 4000 && reading && <p className={css.reading}>{reading}</p>}
    </div>
  )
}

/** The still rows themselves. */
export function SkeletonFace({ rows }: { rows: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className={css.row}>
          <Bone width={14} height={14} />
          <Bone width={widths[i % widths.length]!} />
          <span className={css.end}>
            <Bone width={44} />
          </span>
        </div>
      ))}
    </div>
  )
}

/** One still grey bar, sizes in px. */
export function Bone({ width, height = 10 }: { width: number; height?: number }) {
  return <span className={css.bone} style={{ width, height }} />
}

/** Shows its children only when the wait is longer than 300 ms. */
export function AfterWait({ children }: { children: ReactNode }) {
  return useElapsed([300]) >= 300 ? children : null
}

/** The last of the given waits in ms that has passed since the component appeared, 0 before the first. */
function useElapsed(waits: readonly number[]): number {
  const [elapsed, setElapsed] = useState(0)
  const key = waits.join()
  useEffect(() => {
    const timers = key.split(',').map((wait) => setTimeout(() => setElapsed(Number(wait)), Number(wait)))
    return () => timers.forEach(clearTimeout)
  }, [key])
  return elapsed
}
