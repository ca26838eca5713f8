import type { Item, Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { go } from '../live/location.ts'
import { Icon } from '../ui/icon.tsx'
import { Empty, Loaded } from '../ui/page.tsx'
import { ItemStatus } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { reasonNames } from '../words/reasons.ts'
import { itemHref, jobHref } from '../words/route.ts'

const PAGE_SIZE = 50
const EVERY_MS = 3000
const statuses = ['pending', 'waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const

/** The items of a job, a page of them at a time: however many there are, the document stays small. */
export function JobItems({ job, query }: { readonly job: Job; readonly query: URLSearchParams }): JSX.Element {
  const status = statuses.find((name) => name === query.get('status'))
  const page = query.get('page')
  const load = useLoad(
    `${job.id} ${status ?? ''} ${page ?? ''}`,
    (signal) => {
      const wanted = {
        ...(status && { status: [status] }),
        pageSize: PAGE_SIZE,
        ...(page !== null && { pageToken: page }),
      }
      const params = { path: { jobId: job.id }, query: wanted }
      return read(waybill.raw.GET('/v1/jobs/{jobId}/items', { params, signal }))
    },
    { everyMs: job.done ? null : EVERY_MS },
  )
  const href = (filters: Record<string, string | undefined>): string => {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(filters)) if (value) search.set(name, value)
    const text = search.toString()
    return jobHref(job.id) + (text === '' ? '' : `?${text}`)
  }
  const jump = (event: SubmitEvent): void => {
    event.preventDefault()
    const field = (event.target as HTMLFormElement).elements.namedItem('index') as HTMLInputElement
    if (field.value !== '') go(itemHref(job.id, Number(field.value)))
  }

  return (
    <section aria-labelledby="items">
      <div class="section-head">
        <h2 id="items">Items</h2>
        <label class="inline">
          <span>Status</span>
          <select
            value={status ?? ''}
            onChange={(event) => go(href({ status: event.currentTarget.value }), { replace: true })}
          >
            <option value="">any</option>
            {statuses.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <form class="inline" onSubmit={jump}>
          <label class="inline">
            <span>Index</span>
            <input type="number" name="index" min={0} max={Math.max(0, job.counts.total - 1)} />
          </label>
          <button type="submit">Open</button>
        </form>
      </div>
      <Loaded load={load}>
        {({ items, nextPageToken }) => (
          <>
            {items.length === 0 ? (
              <Empty title={status === undefined ? 'This job has no items' : `No item is ${status}`} />
            ) : (
              <Table columns={columns} rows={items} keyOf={({ index }) => index} />
            )}
            {(page !== null || nextPageToken) && (
              <nav class="pager" aria-label="Pages of items">
                {page !== null && <a href={href({ status })}>First</a>}
                {nextPageToken && (
                  <a href={href({ status, page: nextPageToken })}>
                    Next <Icon name="chevron" />
                  </a>
                )}
              </nav>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

const columns: readonly Column<Item>[] = [
  { head: 'Index', kind: 'num index', cell: ({ index }) => index, tone: () => 'faint' },
  {
    head: 'Id',
    cell: ({ id, jobId, index }) => (
      <a class="row-link" href={itemHref(jobId, index)} data-row>
        <bdi>{id}</bdi>
      </a>
    ),
  },
  { head: 'Status', cell: (item) => <ItemStatus item={item} /> },
  {
    ...{ head: 'Why', kind: 'wide' },
    cell: ({ error, waiting }) => (error !== null ? <code>{error.code}</code> : waiting && reasonNames[waiting.reason]),
    tone: () => 'faint',
  },
  { head: 'Attempts', kind: 'num', cell: ({ attempts }) => attempts },
]
