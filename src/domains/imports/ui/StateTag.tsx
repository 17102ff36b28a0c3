import { Tag, type Tone } from '../../../ui/controls/Tag.tsx'
import { stateName } from './describe.ts'
import type { Import } from './queries.ts'

const tones: Readonly<Partial<Record<Import['state'], Tone>>> = {
  done: 'petrol',
  failed: 'rust',
  checked: 'ochre',
  uploaded: 'ochre',
  undone: 'unknown',
}

/** Where an import stands, in words. */
export function StateTag({ state }: { state: Import['state'] }) {
  return <Tag tone={tones[state] ?? 'neutral'}>{stateName(state)}</Tag>
}
