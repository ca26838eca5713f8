import type { DeadLetter } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { go } from '../live/location.ts'
import { nowMs } from '../live/now.ts'
import { ActButton } from '../ui/acts.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { type FailureGroup, groupFailures } from '../words/groups.ts'
import { formatCount, formatItems } from '../words/numbers.ts'
import { itemHref, jobHref, listHref } from '../words/route.ts'
import { formatRelative, formatTime } from '../words/times.ts'

/** Failed items that are looked at: enough for what they have in common. */
const SAMPLE = 1000
const SHOWN_ROWS = 100
const EVERY_MS = 5000

export function FailuresPage({ query }: { readonly query: URLSearchParams }): JSX.Element {
  const [channel, code, job] = ['channel', 'code', 'job'].map((name) => query.get(name))
  const load = useLoad(
    query.toString(),
    (signal) => {
      const wanted = {
        ...(channel && { channel: [channel] }),
        ...(code && { code: [code] }),
        ...(job && { jobId: [job] }),
        pageSize: SAMPLE,
      }
      return read(waybill.raw.GET('/v1/dead-letters', { params: { query: wanted }, signal }))
    },
    { everyMs: EVERY_MS },
  )
  const isNarrowed = Boolean(channel ?? code ?? job)
  return (
    <Page
      title="Failures"
      {...(isNarrowed && { back: { href: listHref('failures'), text: 'All failures' } })}
      heading={isNarrowed ? <Narrowed {...{ channel, code, job }} /> : 'Failures'}
    >
      <Loaded load={load}>
        {({ deadLetters, nextPageToken }) =>
          deadLetters.length === 0 ? (
            <Empty title={isNarrowed ? 'No failed item matches' : 'Nothing has failed'}>
              <p>Items that failed for good are kept here, with what to do about them.</p>
            </Empty>
          ) : (
            <>
              <Groups groups={groupFailures(deadLetters)} job={job ?? null} onDone={load.reload} />
              {nextPageToken && <p class="fine">Of the newest {formatCount(deadLetters.length)} failures.</p>}
              {isNarrowed && <Rows letters={deadLetters.slice(0, SHOWN_ROWS)} />}
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
  readonly groups: readonly FailureGroup[]
  readonly job: string | null
  readonly onDone: () => void
}

function Groups({ groups, job, onDone }: GroupsProps): JSX.Element {
  return (
    <ul class="cards">
      {groups.map(({ channel, code, line, advice, count, open, lastAt }) => (
        <li key={`${channel} ${code} ${line}`} class="card">
          <span class="card-count">{formatCount(count)}</span>
          <div class="card-text">
            <a class="row-link" href={listHref('failures', { channel, code, job })} data-row>
              <code>{code}</code> in {channel}
            </a>
            {line !== '' && (
              <p>
                <bdi>{line}</bdi>
              </p>
            )}
            <p class="under">
              {advice}. <span title={formatTime(lastAt)}>The last {formatRelative(lastAt, nowMs.value)}.</span>
              {open < count && ` ${formatCount(count - open)} are tried again already.`}
            </p>
          </div>
          <div class="acts">
            {open > 0 && (
              <ActButton
                {...{ icon: 'reload', text: 'Retry', scope: 'dead-letters:write', onDone }}
                done={`A new job retries ${code} of ${channel}`}
                question={{
                  title: `Retry ${code} of ${channel}?`,
                  body: `New jobs deliver all items of this channel${job === null ? '' : ' and job'} that failed with this code, ${formatItems(open)} or more, and are not tried again yet.`,
                }}
                action={async () => {
                  const [made] = await waybill.deadLetters.retry({ channel, code, ...(job !== null && { jobId: job }) })
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

function Rows({ letters }: { readonly letters: readonly DeadLetter[] }): JSX.Element {
  return (
    <section aria-labelledby="rows" class="spaced">
      <h2 id="rows">Newest first</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col" class="grow">
              Error
            </th>
            <th scope="col" class="num wide">
              Attempts
            </th>
            <th scope="col" class="num">
              Failed
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map(({ failedAt, item }) => (
            <tr key={`${item.jobId} ${item.index}`}>
              <td>
                <a class="row-link" href={itemHref(item.jobId, item.index)} data-row>
                  <bdi>{item.id}</bdi>
                  <span class="under">
                    job <code>…{item.jobId.slice(-8)}</code>, index {item.index}
                  </span>
                </a>
              </td>
              <td class="grow">
                <bdi>{item.error?.detail ?? item.error?.title}</bdi>
                {item.retriedAs !== null && (
                  <a class="under" href={jobHref(item.retriedAs)}>
                    <Icon name="reload" size={12} /> tried again
                  </a>
                )}
              </td>
              <td class="num wide">{item.attempts}</td>
              <td class="num" title={formatTime(failedAt)}>
                {formatRelative(failedAt, nowMs.value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
