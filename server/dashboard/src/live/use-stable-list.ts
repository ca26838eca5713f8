import { useRef, useState } from 'preact/hooks'

export interface StableList<T> {
  readonly rows: readonly T[]
  /** Rows that are not shown yet, as they would move the others. */
  readonly newCount: number
  showNew(): void
}

/**
 * Keeps rows where they are while what they show changes: newer ones are counted, and come when they are asked for. Rows that the list no longer
 * has stay until then as they were.
 * @param key another key begins with the list as it is
 */
export function useStableList<T>(key: string, newest: readonly T[] | null, idOf: (row: T) => string): StableList<T> {
  const shown = useRef<{ key: string; ids: readonly string[]; rows: Map<string, T> } | null>(null)
  const [, redraw] = useState(0)
  if (newest === null) return { rows: [], newCount: 0, showNew() {} }
  if (shown.current?.key !== key || shown.current.ids.length === 0) {
    shown.current = { key, ids: newest.map(idOf), rows: new Map(newest.map((row) => [idOf(row), row])) }
  }
  const { ids, rows } = shown.current
  const known = new Set(ids)
  let newCount = 0
  for (const row of newest) {
    const id = idOf(row)
    if (known.has(id)) rows.set(id, row)
    else if (newCount < newest.length) newCount++
  }
  // Beyond the end of a full page there are always some.
  const leading = newest.findIndex((row) => known.has(idOf(row)))
  return {
    rows: ids.map((id) => rows.get(id)!),
    newCount: leading === -1 ? newCount : leading,
    showNew() {
      shown.current = null
      redraw((count) => count + 1)
    },
  }
}
