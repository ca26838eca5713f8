import type { Channel, Job } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { may, patientWaybill, serverUrl, waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { CopyAs } from '../ui/copy-as.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { CountsBar, CountsList } from '../ui/counts.tsx'
import { Facts } from '../ui/facts.tsx'
import { Loaded, Page } from '../ui/page.tsx'
import { JobStatus } from '../ui/status.tsx'
import { explainStanding } from '../words/channel-state.ts'
import { jobCommands } from '../words/commands.ts'
import { jobSentence, timelineOf } from '../words/job-sentence.ts'
import { formatItems } from '../words/numbers.ts'
import { explainCount, isTrouble } from '../words/reasons.ts'
import { channelHref, executionHref, jobHref, listHref } from '../words/route.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'
import { ChannelStatus } from './channels.tsx'
import { JobActs } from './job-acts.tsx'
import { JobFailures } from './job-failures.tsx'
import { JobMapStrip } from './job-map.tsx'
import { JobItems } from './job-items.tsx'
import { SaveResults } from './save-results.tsx'

const CHANNEL_EVERY_MS = 3000

export function JobPage({ jobId, query }: { readonly jobId: string; readonly query: URLSearchParams }): JSX.Element {
  const load = useLoad<Job>(
    jobId,
    async (signal, report) => {
      const job = await waybill.jobs.attach(jobId).get({ signal })
      report(job)
      // Each snapshot that follows comes by itself, the ended job last.
      if (!job.done) for await (const snapshot of patientWaybill.jobs.attach(jobId).events({ signal })) report(snapshot)
      return undefined
    },
    { everyMs: null },
  )
  const job = load.data
  const channel = useLoad(
    job?.channel ?? '',
    (signal) => {
      const params = { path: { channel: job!.channel } }
      return read(waybill.raw.GET('/v1/channels/{channel}', { params, signal }))
    },
    { everyMs: CHANNEL_EVERY_MS, enabled: job !== null && !job.done && may('channels:read') },
  )
  const title = job === null ? 'Job' : `${job.action} ${job.objectType}`

  return (
    <Page
      title={title}
      back={{ href: listHref('jobs'), text: 'Jobs' }}
      heading={<bdi>{title}</bdi>}
      acts={
        job !== null && (
          <>
            <JobActs job={job} onDone={load.reload} />
            <SaveResults job={job} />
            <CopyAs commands={jobCommands(serverUrl, job.id)} />
          </>
        )
      }
    >
      <Loaded load={load}>
        {(shown) => (
          <>
            <Progress job={shown} channel={channel.data} />
            {shown.counts.total > 1 && <JobMapStrip job={shown} />}
            {shown.counts.failed > 0 && <JobFailures job={shown} />}
            <div class="columns">
              <Timeline job={shown} />
              <About job={shown} />
            </div>
            <JobItems job={shown} query={query} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

interface ProgressProps {
  readonly job: Job
  /** Null: the job has ended, or the session may not see channels. */
  readonly channel: Channel | null
}

function Progress({ job, channel }: ProgressProps): JSX.Element {
  const { counts, waiting } = job
  const now = nowMs.value
  return (
    <section class="panel" aria-label="Progress">
      <p class="lead">
        <JobStatus job={job} />
        <span>{jobSentence(job, now)}</span>
      </p>
      <CountsBar counts={counts} large />
      <CountsList counts={counts} />
      {waiting.length > 0 && (
        <ul class="reasons" aria-label="Why items wait">
          {waiting.map((count) => (
            <li key={count.reason} class={isTrouble(count.reason) ? 'trouble' : ''}>
              {explainCount(count, now)}
              {count.jobs !== undefined && <Links jobs={count.jobs} />}
            </li>
          ))}
        </ul>
      )}
      {channel !== null && !job.done && (
        <p class="of-channel">
          <a href={channelHref(channel.name)}>{channel.name}</a> <ChannelStatus channel={channel} />{' '}
          <span class="faint">{explainStanding(channel, now)}</span>
        </p>
      )}
      {job.error !== null && <p class="bad-text">{job.error.detail}</p>}
    </section>
  )
}

function Links({ jobs }: { readonly jobs: readonly string[] }): JSX.Element {
  return (
    <>
      {': '}
      {jobs.map((id) => (
        <a key={id} href={jobHref(id)}>
          …{id.slice(-8)}
        </a>
      ))}
    </>
  )
}

function Timeline({ job }: { readonly job: Job }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="timeline">
        {timelineOf(job).map(({ word, at }) => (
          <li key={word} class={Date.parse(at) > nowMs.value ? 'ahead' : ''}>
            <span>{word}</span>
            <time dateTime={at} title={formatTime(at)}>
              {formatRelative(at, nowMs.value)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  )
}

function About({ job }: { readonly job: Job }): JSX.Element {
  const metadata = Object.entries(job.metadata)
  return (
    <section class="panel" aria-labelledby="about">
      <h2 id="about">About</h2>
      <Facts
        facts={[
          [
            'Id',
            <span class="with-copy">
              <code class="id">{job.id}</code>
              <CopyButton text={job.id} label="Copy the job's id" />
            </span>,
          ],
          ['Channel', <a href={channelHref(job.channel)}>{job.channel}</a>],
          ['Source', job.source && <bdi>{job.source}</bdi>],
          ['Execution', job.executionId && <a href={executionHref(job.executionId)}>{job.executionId}</a>],
          ['Retry of', job.retryOf && <a href={jobHref(job.retryOf)}>…{job.retryOf.slice(-8)}</a>],
          ['Order', orderOf(job)],
          ['Kept for', formatDuration(job.retainForSeconds * 1000)],
          ['Depends on', job.dependsOn.length > 0 && formatItems(job.dependsOn.length, 'job')],
          ...metadata.map(([name, value]) => [name, <bdi>{value}</bdi>] as const),
        ]}
      />
    </section>
  )
}

function orderOf({ partitionBy }: Job): string {
  if (partitionBy === 'item') return 'by item'
  if (partitionBy === 'job') return 'one after another'
  return partitionBy === 'none' ? 'none' : `by ${partitionBy}`
}
