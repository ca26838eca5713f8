import type { DeadLetter, DeadLetterGroups } from '@waybill/sdk'
import type { JSX } from 'preact'
import { take } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { go } from '../live/location.ts'
import { nowMs } from '../live/now.ts'
import { useList } from '../live/use-list.ts'
import { type StableList, useStableList } from '../live/use-stable-list.ts'
import { ActButton } from '../ui/acts.tsx'
import { Icon } from '../ui/icon.tsx'
import { NewRows } from '../ui/new-rows.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { formatCount, formatItems } from '../words/numbers.ts'
import { itemHref, jobHref, listHref } from '../words/route.ts'
import { formatRelative, formatTime } from '../words/times.ts'

const SHOWN_ROWS = 100
const LEAST_MS = 5000

type Group = DeadLetterGroups['groups'][number]

export function FailuresPage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  const [channel, code, job, group] = ['channel', 'code', 'job', 'group'].map((name) => query.get(name))
  const key = query.toString()
  const selection = {
    ...(channel && { channel }),
    ...(code && { code }),
    ...(job && { jobId: job }),
    ...(group && { group }),
  }
  const isNarrowed = Boolean(channel ?? code ?? job ?? group)
  const followed = { list: 'dead_letters', leastMs: LEAST_MS } as const
  const load = useList(key, {
    ...followed,
    read: (signal) => waybill.deadLetters.groups({ ...selection, signal, maxRequests: 1 }),
  })
  const list = useStableList(key, load.data?.groups ?? null, ({ id }) => id, { isWhole: true })
  const rows = useList(`rows ${key}`, {
    ...{ ...followed, enabled: isNarrowed },
    read: (signal) => take(waybill.deadLetters.list({ ...selection, signal, pageSize: SHOWN_ROWS }), SHOWN_ROWS),
  })
  const letters = useStableList(key, rows.data, ({ item }) => `${item.jobId} ${item.index}`)
  return (
    <Page
      title="Failures"
      {...(isNarrowed && { back: { href: listHref('failures'), text: 'All failures' } })}
      heading={isNarrowed ? <Narrowed {...{ channel, code, job }} /> : 'Failures'}
    >
      <Loaded load={load}>
        {({ complete }) =>
          list.rows.length === 0 ? (
            <Empty title={isNarrowed ? 'No failed item matches' : 'Nothing has failed'}>
              <p>Items that failed for good are kept here, with what to do about them.</p>
            </Empty>
          ) : (
            <>
              <NewRows list={list} />
              <Groups groups={list.rows} job={job ?? null} onDone={load.reload} />
              {!complete && <p class="fine">The newest failures; older ones are not counted.</p>}
              {isNarrowed && <Loaded load={rows}>{() => <Rows list={letters} />}</Loaded>}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function Narrowed({ channel, code, job }: Record<'channel' | 'code' | 'job', string | null | undefined>): JSX.Element {
  return (
    <>
      {code ?? 'Failures'}
      {channel && ` in ${channel}`}
      {job && ` of job …${job.slice(-8)}`}
    </>
  )
}

interface GroupsProps {
  readonly groups: readonly Group[]
  readonly job: string | null
  readonly onDone: () => void
}

function Groups({ groups, job, onDone }: GroupsProps): JSX.Element {
  return (
    <ul class="cards">
      {groups.map(({ id, channel, code, detail, advice, count, retried, lastFailedAt }) => (
        <li key={id} class="card">
          <span class="card-count">{formatCount(count)}</span>
          <div class="card-text">
            <a class="row-link" href={listHref('failures', { channel, code, job, group: id })} data-row>
              <code>{code}</code> in {channel}
            </a>
            {detail !== null && (
              <p>
                <bdi>{detail}</bdi>
              </p>
            )}
            <p class="under">
              {advice}{' '}
              <span title={formatTime(lastFailedAt)}>The last {formatRelative(lastFailedAt, nowMs.value)}.</span>
              {retried > 0 && ` ${formatCount(retried)} are tried again already.`}
            </p>
          </div>
          <div class="acts">
            {retried < count && (
              <ActButton
                {...{ icon: 'reload', text: 'Retry', scope: 'dead-letters:write', onDone }}
                done={`A new job retries ${code} of ${channel}`}
                question={{
                  title: `Retry ${formatItems(count - retried)}?`,
                  body: `New jobs deliver them again, with the data that was submitted: all that failed alike${job === null ? '' : ' in this job'} and are not tried again yet.`,
                }}
                action={async () => {
                  const selection = { group: id, channel, code, ...(job !== null && { jobId: job }) }
                  const [made] = await waybill.deadLetters.retry(selection)
                  if (made !== undefined) go(jobHref(made.id))
                }}
              />
            )}
          </div>
        </li>
      ))}
    </ul>
  )
}

function Rows({ list }: { readonly list: StableList<DeadLetter> }): JSX.Element {
  return (
    <section aria-labelledby="rows" class="spaced">
      <h2 id="rows">Newest first</h2>
      <NewRows list={list} />
      <Table columns={columns} rows={list.rows} keyOf={({ item }) => `${item.jobId} ${item.index}`} />
    </section>
  )
}

const columns: readonly Column<DeadLetter>[] = [
  {
    head: 'Item',
    cell: ({ item }) => (
      <a class="row-link" href={itemHref(item.jobId, item.index)} data-row>
        <bdi>{item.id}</bdi>
        <span class="under">
          job <code>…{item.jobId.slice(-8)}</code>, index {item.index}
        </span>
      </a>
    ),
  },
  {
    ...{ head: 'Error', kind: 'grow' },
    cell: ({ item }) => (
      <>
        <bdi>{item.error?.detail ?? item.error?.title}</bdi>
        {item.retriedAs !== null && (
          <a class="under" href={jobHref(item.retriedAs)}>
            <Icon name="reload" size={12} /> tried again
          </a>
        )}
      </>
    ),
  },
  { head: 'Attempts', kind: 'num wide', cell: ({ item }) => item.attempts },
  {
    ...{ head: 'Failed', kind: 'num' },
    cell: ({ failedAt }) => formatRelative(failedAt, nowMs.value),
    title: ({ failedAt }) => formatTime(failedAt),
  },
]
