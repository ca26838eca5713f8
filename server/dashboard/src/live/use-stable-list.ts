import { useRef, useState } from 'preact/hooks'

export interface StableList<T> {
  readonly rows: readonly T[]
  /** Rows that are not shown yet, as they would move the others. */
  readonly newCount: number
  /** Rows that are shown, and that the list no longer has. */
  readonly goneCount: number
  /** Whether the list no longer has a row, which is shown as it was. */
  isGone(row: T): boolean
  showNew(): void
}

interface StableListOptions {
  /** The list has all of its rows: those that are not shown are new, wherever they are, and those it lacks are gone. @default false: it is the first page of more */
  readonly isWhole?: boolean
}

/**
 * Keeps rows where they are while what they show changes: newer ones are counted, and come when they are asked for. Rows that the list no longer
 * has stay until then as they were, unless it has none at all.
 * @param key another key begins with the list as it is
 */
export function useStableList<T>(
  key: string,
  newest: readonly T[] | null,
  idOf: (row: T) => string,
  { isWhole = false }: StableListOptions = {},
): StableList<T> {
  const shown = useRef<{ key: string; ids: readonly string[]; rows: Map<string, T> } | null>(null)
  const [, redraw] = useState(0)
  if (newest === null) return { rows: [], newCount: 0, goneCount: 0, isGone: () => false, showNew() {} }
  if (shown.current?.key !== key || shown.current.ids.length === 0 || newest.length === 0) {
    shown.current = { key, ids: newest.map(idOf), rows: new Map(newest.map((row) => [idOf(row), row])) }
  }
  const { ids, rows } = shown.current
  const known = new Set(ids)
  const present = new Set<string>()
  let newCount = 0
  for (const row of newest) {
    const id = idOf(row)
    present.add(id)
    if (known.has(id)) rows.set(id, row)
    else newCount++
  }
  // Beyond the end of a full page there are always some.
  const leading = newest.findIndex((row) => known.has(idOf(row)))
  return {
    rows: ids.map((id) => rows.get(id)!),
    newCount: isWhole || leading === -1 ? newCount : leading,
    // Beyond the end of a full page they may only have moved.
    goneCount: isWhole ? ids.filter((id) => !present.has(id)).length : 0,
    isGone: (row) => isWhole && !present.has(idOf(row)),
    showNew() {
      shown.current = null
      redraw((count) => count + 1)
    },
  }
}
