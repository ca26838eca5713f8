import type { Execution } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { nowMs } from '../live/now.ts'
import { useList } from '../live/use-list.ts'
import { useStableList } from '../live/use-stable-list.ts'
import { NewRows } from '../ui/new-rows.tsx'
import { ActButton } from '../ui/acts.tsx'
import { CountsBar, CountsList } from '../ui/counts.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { JobStatus } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { formatCount, formatItems } from '../words/numbers.ts'
import { executionHref, jobHref, listHref } from '../words/route.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'

const LEAST_MS = 2000
const PAGE_SIZE = 50

export function ExecutionsPage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  const page = query.get('page')
  const load = useList(page ?? '', {
    ...{ list: 'executions', leastMs: LEAST_MS },
    read(signal) {
      const wanted = { pageSize: PAGE_SIZE, ...(page !== null && { pageToken: page }) }
      return read(waybill.raw.GET('/v1/executions', { params: { query: wanted }, signal }))
    },
  })
  const list = useStableList(page ?? '', load.data?.executions ?? null, ({ id }) => id)
  return (
    <Page title="Executions">
      <Loaded load={load}>
        {({ nextPageToken }) =>
          list.rows.length === 0 ? (
            <Empty title="No executions">
              <p>An execution is jobs in stages: each stage begins when the one before it has ended.</p>
            </Empty>
          ) : (
            <>
              <NewRows list={list} />
              <Table kind="jobs" columns={columns} rows={list.rows} keyOf={({ id }) => id} />
              {nextPageToken && (
                <nav class="pager" aria-label="Pages of executions">
                  <a href={listHref('executions', { page: nextPageToken })}>
                    Older <Icon name="chevron" />
                  </a>
                </nav>
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

const columns: readonly Column<Execution>[] = [
  {
    head: 'Execution',
    cell: ({ id, stages }) => (
      <a class="row-link" href={executionHref(id)} data-row>
        <bdi>{id}</bdi>
        <span class="under">{formatItems(stages.length, 'stage')}</span>
      </a>
    ),
  },
  { head: 'Status', cell: (execution) => <JobStatus job={execution} /> },
  { head: 'Progress', kind: 'grow', cell: ({ counts }) => <CountsBar counts={counts} /> },
  {
    ...{ head: 'Failed', kind: 'num wide' },
    cell: ({ counts }) => formatCount(counts.failed),
    tone: ({ counts }) => (counts.failed > 0 ? 'bad-text' : 'faint'),
  },
  {
    ...{ head: 'Made', kind: 'num wide' },
    cell: ({ createdAt }) => formatRelative(createdAt, nowMs.value),
    title: ({ createdAt }) => formatTime(createdAt),
  },
]

export function ExecutionPage({ executionId }: { readonly executionId: string }): JSX.Element {
  const load = useList(executionId, {
    ...{ list: 'executions', leastMs: LEAST_MS },
    read: (signal) => waybill.executions.get(executionId, { signal }),
  })
  const execution = load.data
  return (
    <Page
      title={executionId}
      back={{ href: listHref('executions'), text: 'Executions' }}
      heading={<bdi>{executionId}</bdi>}
      acts={execution !== null && !execution.done && <ExecutionActs execution={execution} onDone={load.reload} />}
    >
      <Loaded load={load}>
        {(shown) => (
          <>
            <section class="panel" aria-label="Progress">
              <p class="lead">
                <JobStatus job={shown} />
                <span>{sentenceOf(shown)}</span>
              </p>
              <CountsBar counts={shown.counts} large />
              <CountsList counts={shown.counts} />
            </section>
            <ol class="belts">
              {shown.stages.map((stage) => (
                <li key={stage.name} class="panel">
                  <div class="section-head">
                    <h2>
                      <bdi>{stage.name}</bdi>
                    </h2>
                    <JobStatus job={stage} />
                  </div>
                  <ul class="belt">
                    {stage.jobs.map((job) => (
                      <li key={job.id}>
                        <a class="row-link" href={jobHref(job.id)} data-row>
                          <bdi>
                            {job.action} {job.objectType}
                          </bdi>
                          <span class="under">
                            {job.channel} · {formatItems(job.counts.total)}
                            {job.counts.failed > 0 && ` · ${formatCount(job.counts.failed)} failed`}
                          </span>
                        </a>
                        <CountsBar counts={job.counts} />
                      </li>
                    ))}
                  </ul>
                </li>
              ))}
            </ol>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function sentenceOf({ counts, progress, done, stages }: Execution): string {
  if (done) return `${formatItems(counts.total)} in ${formatItems(stages.length, 'stage')}.`
  const eta = progress?.etaSeconds
  return eta == null ? 'When it is over cannot be said yet.' : `About ${formatDuration(eta * 1000)} left.`
}

function ExecutionActs({
  execution,
  onDone,
}: {
  readonly execution: Execution
  readonly onDone: () => void
}): JSX.Element {
  const { id, status } = execution
  const scope = 'jobs:write'
  return (
    <>
      {status === 'paused' ? (
        <ActButton
          {...{ icon: 'play', text: 'Resume', scope, done: 'The execution continues', onDone }}
          action={() => waybill.executions.resume(id)}
        />
      ) : (
        <ActButton
          {...{ icon: 'pause', text: 'Pause', scope, done: 'The execution is paused', onDone }}
          action={() => waybill.executions.pause(id)}
        />
      )}
      <ActButton
        {...{ icon: 'ban', text: 'Cancel', scope, done: 'The execution is cancelled', danger: true, onDone }}
        question={{ title: 'Cancel this execution?', body: 'All of its jobs are cancelled. Running calls may finish.' }}
        action={() => waybill.executions.cancel(id)}
      />
    </>
  )
}
