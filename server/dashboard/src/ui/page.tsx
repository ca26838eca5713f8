import type { ComponentChildren, JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Load } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { formatClock } from '../words/times.ts'
import { FaultNote } from './fault-note.tsx'

/** Data older than this says how old it is. */
const STALE_MS = 10_000

interface PageProps {
  readonly title: string
  /** Above the title: where this page belongs. */
  readonly back?: { readonly href: string; readonly text: string }
  readonly heading?: ComponentChildren
  readonly acts?: ComponentChildren
  readonly children: ComponentChildren
}

export function Page({ title, back, heading, acts, children }: PageProps): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Waybill`
  }, [title])
  return (
    <main id="main" tabIndex={-1}>
      <header class="page-head">
        <div>
          {back !== undefined && (
            <a class="back" href={back.href} data-up>
              {back.text}
            </a>
          )}
          <h1>{heading ?? title}</h1>
        </div>
        {acts !== undefined && <div class="acts">{acts}</div>}
      </header>
      {children}
    </main>
  )
}

interface LoadedProps<T> {
  readonly load: Load<T>
  /** Rows of the drawing that stands in for what is loaded. */
  readonly rows?: number
  readonly children: (data: T) => ComponentChildren
}

/** What is loaded, or why it is not there: a drawing of it at first, then data, and a note above data that could not be renewed. */
export function Loaded<T>({ load, rows = 6, children }: LoadedProps<T>): JSX.Element {
  const { data, fault, asOfMs, reload } = load
  return (
    <>
      {fault !== null && fault.kind !== 'unauthenticated' && <FaultNote fault={fault} onRetry={reload} />}
      {data === null && fault === null && <Skeleton rows={rows} />}
      {data !== null && nowMs.value - asOfMs > STALE_MS && (
        <p class="stale" role="status">
          as of {formatClock(asOfMs)}
        </p>
      )}
      {data !== null && children(data)}
    </>
  )
}

function Skeleton({ rows }: { readonly rows: number }): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="unseen">Loading</span>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} class="skeleton-row" style={{ width: `${92 - ((at * 17) % 38)}%` }} />
      ))}
    </div>
  )
}

/** Nothing is there, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}
