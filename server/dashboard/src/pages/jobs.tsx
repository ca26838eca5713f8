import type { JobsFilter, JobSummary } from '@waybill/sdk'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { serverUrl } from '../api/session.ts'
import { go } from '../live/location.ts'
import { nowMs } from '../live/now.ts'
import { useJobList } from '../live/use-job-list.ts'
import { useStableList } from '../live/use-stable-list.ts'
import { JobsActs } from './jobs-acts.tsx'
import { CodeBlock } from '../ui/copy.tsx'
import { CountsBar } from '../ui/counts.tsx'
import { Icon } from '../ui/icon.tsx'
import { NewRows } from '../ui/new-rows.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { JobStatus } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { submitCommand } from '../words/commands.ts'
import { formatCount, formatPercent } from '../words/numbers.ts'
import { jobHref, listHref } from '../words/route.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'

const PAGE_SIZE = 100

const statuses = ['open', 'scheduled', 'blocked', 'pending', 'running', 'paused', 'cancelling', 'ended'] as const
type Status = (typeof statuses)[number]

/** The filters of the list, as the address has them. */
interface Filters {
  readonly status: readonly string[]
  readonly channel: readonly string[]
  readonly source: readonly string[]
  readonly page: string | null
}

function readFilters(query: URLSearchParams): Filters {
  const of = (name: string): string[] => query.getAll(name).filter((value) => value !== '')
  return { status: of('status'), channel: of('channel'), source: of('source'), page: query.get('page') }
}

export function JobsPage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  const filters = readFilters(query)
  const [actCount, setActCount] = useState(0)
  // What an act changed is seen as it is, though rows move.
  const key = `${query.toString()} ${actCount}`
  const isFiltered = filters.status.length + filters.channel.length + filters.source.length > 0
  const load = useJobList(key, {
    status: filters.status as Status[],
    channel: [...filters.channel],
    source: [...filters.source],
    pageSize: PAGE_SIZE,
    ...(filters.page !== null && { pageToken: filters.page }),
  })
  const list = useStableList(key, load.data?.jobs ?? null, ({ id }) => id)

  return (
    <Page
      title="Jobs"
      acts={isFiltered && <JobsActs filter={filterOf(filters)} onDone={() => setActCount(actCount + 1)} />}
    >
      <FilterBar filters={filters} />
      <Loaded load={load} rows={10}>
        {({ nextPageToken }) => (
          <>
            <NewRows list={list} />
            {list.rows.length === 0 ? <NoJobs isFiltered={isFiltered} /> : <JobsTable jobs={list.rows} />}
            <Pager filters={filters} next={nextPageToken} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** The filter of acts: lists without a value match all. */
function filterOf({ status, channel, source }: Filters): JobsFilter {
  return {
    ...(status.length > 0 && { status: status as Status[] }),
    ...(channel.length > 0 && { channel }),
    ...(source.length > 0 && { source }),
  }
}

function FilterBar({ filters }: { readonly filters: Filters }): JSX.Element {
  const change = (changed: Partial<Filters>): void => {
    const { status, channel, source } = { ...filters, ...changed }
    go(listHref('jobs', { status, channel, source }), { replace: true })
  }
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        Status
        <select
          value={filters.status.length === 1 ? filters.status[0] : ''}
          onChange={(event) => change({ status: [event.currentTarget.value].filter((value) => value !== '') })}
        >
          <option value="">{filters.status.length > 1 ? filters.status.join(', ') : 'any'}</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {status}
            </option>
          ))}
        </select>
      </label>
      <label>
        Channel
        <input
          type="text"
          value={filters.channel.join(' ')}
          placeholder="any"
          autocomplete="off"
          spellcheck={false}
          onChange={(event) => change({ channel: event.currentTarget.value.split(/\s+/) })}
        />
      </label>
      <label>
        Source
        <input
          type="text"
          value={filters.source.join(' ')}
          placeholder="any"
          autocomplete="off"
          spellcheck={false}
          onChange={(event) => change({ source: [event.currentTarget.value.trim()] })}
        />
      </label>
    </form>
  )
}

export function JobsTable({ jobs }: { readonly jobs: readonly JobSummary[] }): JSX.Element {
  return <Table kind="jobs" columns={columns} rows={jobs} keyOf={({ id }) => id} />
}

const columns: readonly Column<JobSummary>[] = [
  {
    head: 'Job',
    cell: ({ id, action, objectType, channel, source }) => (
      <a class="row-link" href={jobHref(id)} data-row>
        <bdi>
          {action} {objectType}
        </bdi>
        <span class="under">
          <code>…{id.slice(-8)}</code> {channel}
          {source !== null && (
            <>
              {' · '}
              <bdi>{source}</bdi>
            </>
          )}
        </span>
      </a>
    ),
  },
  { head: 'Status', cell: (job) => <JobStatus job={job} /> },
  { head: 'Progress', kind: 'grow', cell: (job) => <Progress job={job} /> },
  {
    ...{ head: 'Failed', kind: 'num wide' },
    cell: ({ counts }) => formatCount(counts.failed),
    tone: ({ counts }) => (counts.failed > 0 ? 'bad-text' : 'faint'),
  },
  {
    ...{ head: 'Left', kind: 'num wide' },
    cell: ({ progress, done }) =>
      progress?.etaSeconds != null && !done ? (
        formatDuration(progress.etaSeconds * 1000)
      ) : (
        <span class="faint">{done ? '' : '–'}</span>
      ),
  },
  {
    ...{ head: 'Made', kind: 'num wide' },
    cell: ({ createdAt }) => formatRelative(createdAt, nowMs.value),
    title: ({ createdAt }) => formatTime(createdAt),
  },
]

function Progress({ job: { counts, done } }: { readonly job: JobSummary }): JSX.Element {
  const ended = counts.succeeded + counts.failed + counts.cancelled
  return (
    <>
      <CountsBar counts={counts} />
      <span class="under tabular">
        {formatCount(ended)} of {formatCount(counts.total)}
        {counts.total > 0 && !done && ` · ${formatPercent(ended / counts.total)}`}
      </span>
    </>
  )
}

function NoJobs({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  if (isFiltered) {
    return (
      <Empty title="No job matches these filters">
        <p>
          <a href={listHref('jobs')}>Show all jobs</a>
        </p>
      </Empty>
    )
  }
  return (
    <Empty title="No jobs yet">
      <p>Submit the first one, and it appears here.</p>
      <CodeBlock label="a first job" text={submitCommand(serverUrl, 'sandbox')} />
    </Empty>
  )
}

function Pager({ filters, next }: { readonly filters: Filters; readonly next: string | null }): JSX.Element | null {
  const { status, channel, source, page } = filters
  if (page === null && next === null) return null
  const to = (token: string | null): string => listHref('jobs', { status, channel, source, page: token })
  return (
    <nav class="pager" aria-label="Pages of jobs">
      {page !== null && <a href={to(null)}>Newest</a>}
      {next !== null && (
        <a href={to(next)}>
          Older <Icon name="chevron" />
        </a>
      )}
    </nav>
  )
}
