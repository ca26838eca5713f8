import type { Job, JobMap } from '@waybill/sdk'
import type { JSX } from 'preact'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { go } from '../live/location.ts'
import { Loaded } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { formatCount, formatItems } from '../words/numbers.ts'
import { itemHref } from '../words/route.ts'
import { columnsOf, type Stretch, stretchesOf } from '../words/stretches.ts'

const EVERY_MS = 2000
/** A column is two pixels wide at the least: a single failure is seen. */
const PIXELS_PER_BUCKET = 2
const MOST_BUCKETS = 480
/** Rows of the table that says the same. */
const MOST_ROWS = 100

/** All items of a job on one strip, by their index: where they failed, and what is left. */
export function JobMapStrip({ job }: { readonly job: Job }): JSX.Element {
  const load = useLoad(
    `${job.id} ${job.done}`,
    (signal) => waybill.live.jobMap(job.id, { signal, buckets: bucketsOf(innerWidth) }),
    {
      everyMs: job.done ? null : EVERY_MS,
    },
  )
  return (
    <section class="panel" aria-labelledby="map">
      <h2 id="map">All items by index</h2>
      <Loaded load={load} rows={1}>
        {(map) => (
          <figure>
            <Strip map={map} jobId={job.id} />
            <figcaption class="strip-ends">
              <span>0</span>
              <span>
                {map.itemsPerBucket === 1 ? 'an item a column' : `${formatItems(map.itemsPerBucket)} a column`}
              </span>
              <span>{formatCount(Math.max(0, map.total - 1))}</span>
            </figcaption>
            <AsTable map={map} />
          </figure>
        )}
      </Loaded>
    </section>
  )
}

function Strip({ map, jobId }: { readonly map: JobMap; readonly jobId: string }): JSX.Element {
  const columns = columnsOf(map)
  const count = map.counts.pending.length
  const open = (event: MouseEvent): void => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect()
    const at = Math.floor(((event.clientX - left) / width) * count)
    const index = Math.max(0, at) * map.itemsPerBucket
    if (index < map.total) go(itemHref(jobId, index))
  }
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${count} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${formatItems(map.total)} in ${formatCount(count)} columns: the table below says the same`}
      onClick={open}
    >
      {columns.map(({ tone, path }) => (
        <path key={tone} class={`strip-${tone}`} d={path} />
      ))}
    </svg>
  )
}

const columns: readonly Column<Stretch>[] = [
  { head: 'Items', cell: ({ from, to }) => `${formatCount(from)} to ${formatCount(to)}` },
  { head: 'Most are', cell: ({ status }) => status },
  { head: 'Failed', kind: 'num', cell: ({ failed }) => formatCount(failed) },
]

function AsTable({ map }: { readonly map: JobMap }): JSX.Element {
  const stretches = stretchesOf(map)
  return (
    <details>
      <summary>As a table</summary>
      <Table columns={columns} rows={stretches.slice(0, MOST_ROWS)} keyOf={({ from }) => from} />
      {stretches.length > MOST_ROWS && <p class="fine">The first {MOST_ROWS} stretches.</p>}
    </details>
  )
}

function bucketsOf(width: number): number {
  return Math.max(100, Math.min(MOST_BUCKETS, Math.floor((width - 80) / PIXELS_PER_BUCKET)))
}
