import type { JSX } from 'preact'
import type { StableList } from '../live/use-stable-list.ts'
import { formatCount } from '../words/numbers.ts'

interface NewRowsProps {
  readonly list: Pick<StableList<unknown>, 'newCount' | 'goneCount' | 'showNew'>
  /** What rows that the list no longer has are called; null: they are not counted. */
  readonly gone?: string | null
}

/** A button over the rows, which stay where they are, that shows what is new. */
export function NewRows({ list: { newCount, goneCount, showNew }, gone = null }: NewRowsProps): JSX.Element | null {
  const texts = [
    newCount > 0 ? `${formatCount(newCount)} new` : null,
    gone !== null && goneCount > 0 ? `${formatCount(goneCount)} ${gone}` : null,
  ].filter((text) => text !== null)
  if (texts.length === 0) return null
  return (
    <div class="new-rows">
      <button type="button" onClick={showNew}>
        {texts.join(', ')}
      </button>
    </div>
  )
}
