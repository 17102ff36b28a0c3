import { Button } from '../controls/Button.tsx'
import { useKeys } from '../keys.ts'
import { words } from '../words.ts'
import css from './HeldOrder.module.css'

/** Floats over a list whose newer order waits, because somebody is on it. Its parent is positioned. */
export function HeldOrder({ onShow }: { onShow: () => void }) {
  useKeys([{ key: 'r', label: words('keyNewer'), run: onShow, bar: 'left' }])
  return (
    <div className={css.held} role="status">
      {words('newer')}
      <Button keys="r" onClick={onShow}>
        {words('showNewer')}
      </Button>
    </div>
  )
}
