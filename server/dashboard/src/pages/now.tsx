import type { Channel, Job, ParkedItem, WaitingReason } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read, take } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { type Load, useLoad } from '../api/use-load.ts'
import type { Fault } from '../api/fault.ts'
import { nowMs } from '../live/now.ts'
import { useChannels } from '../live/use-channels.ts'
import { useList } from '../live/use-list.ts'
import { useJobList } from '../live/use-job-list.ts'
import { FaultNote } from '../ui/fault-note.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { RateFigure } from '../ui/rate-figure.tsx'
import { busiestOf, explainStanding, standingOf } from '../words/channel-state.ts'
import { formatBytes, formatCount, formatItems, formatRate } from '../words/numbers.ts'
import { isTrouble, reasonNames } from '../words/reasons.ts'
import { channelHref, itemHref, jobHref, listHref } from '../words/route.ts'
import { formatLeft } from '../words/times.ts'
import { ChannelStatus } from './channels.tsx'
import { JobsTable } from './jobs.tsx'

const EVERY_MS = 4000
const SHOWN = 5
const SHOWN_JOBS = 8
const SHOWN_CHANNELS = 12
/** What changes slowly, or costs more. */
const SLOWLY_MS = 10_000
/** Of the newest of them at risk, those with the earliest deadlines are shown. */
const JOBS_AT_RISK = 200

const active = ['running', 'pending', 'blocked', 'paused', 'cancelling', 'open', 'scheduled'] as const

export function NowPage(): JSX.Element {
  const channels = useChannels()
  const parked = useList('parked', {
    ...{ list: 'parked', leastMs: EVERY_MS },
    read: (signal) => take(waybill.parked.list({ signal, pageSize: 100 }), 100),
  })
  const jobs = useJobList('active', { status: [...active], pageSize: SHOWN_JOBS })
  const risks = useLoad(
    'risks',
    async (signal) => {
      const query = { deadlineAtRisk: true, pageSize: JOBS_AT_RISK }
      return (await read(waybill.raw.GET('/v1/jobs', { params: { query }, signal }))).jobs
    },
    { everyMs: SLOWLY_MS },
  )
  const limits = useLoad('limits', (signal) => read(waybill.raw.GET('/v1/limits', { signal })), { everyMs: SLOWLY_MS })
  const ready = useLoad('ready', (signal) => read(waybill.raw.GET('/healthz/ready', { signal })), {
    everyMs: EVERY_MS,
  })
  return (
    <Page title="Now">
      <NotReady fault={ready.fault} />
      <Loaded load={channels} rows={3}>
        {(all) => (
          <>
            <Summary channels={all} disk={limits.data?.disk ?? null} />
            <AtWork channels={busiestOf(all, nowMs.value)} />
          </>
        )}
      </Loaded>
      <AtRisk jobs={risks.data ?? []} />
      <section class="panel" aria-labelledby="rate">
        <h2 id="rate">Throughput</h2>
        <RateFigure channel={null} />
      </section>
      <Soonest load={parked} />
      <section aria-labelledby="active" class="spaced">
        <div class="section-head">
          <h2 id="active">Jobs that have not ended</h2>
          <a href={listHref('jobs')}>All jobs</a>
        </div>
        <Loaded load={jobs}>
          {({ jobs: newest }) => {
            const open = newest.filter(({ done }) => !done).slice(0, SHOWN_JOBS)
            return open.length === 0 ? <Empty title="No job is on its way" /> : <JobsTable jobs={open} />
          }}
        </Loaded>
      </section>
    </Page>
  )
}

/** Why the server takes no new work. That it cannot be reached, the figures below say. */
function NotReady({ fault }: { readonly fault: Fault | null }): JSX.Element | null {
  return fault === null || fault.problem === null ? null : <FaultNote fault={fault} />
}

interface SummaryProps {
  readonly channels: readonly Channel[]
  /** Null: it is not known. */
  readonly disk: { readonly usedBytes: number; readonly freeBytes: number } | null
}

/** All channels as one: how fast, how many, and why what waits does. */
function Summary({ channels, disk }: SummaryProps): JSX.Element {
  const sum = (of: (channel: Channel) => number): number => channels.reduce((total, channel) => total + of(channel), 0)
  const waiting = new Map<WaitingReason, number>()
  for (const { state } of channels) {
    for (const { reason, items } of state.waiting) waiting.set(reason, (waiting.get(reason) ?? 0) + items)
  }
  const reasons = [...waiting].sort((a, b) => b[1] - a[1])
  const left = sum(({ state }) => state.counts.pending + state.counts.waiting)
  const said = reasons
    .map(([reason, items]) => `${formatItems(items)}: ${reasonNames[reason].toLowerCase()}`)
    .join('; ')
  return (
    <section class="panel" aria-label="All channels">
      <dl class="figures large">
        <div>
          <dt>Items a second</dt>
          <dd>{formatRate(sum(({ state }) => state.itemsPerSecond))}</dd>
        </div>
        <div>
          <dt>Running</dt>
          <dd>{formatCount(sum(({ state }) => state.counts.running))}</dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{formatCount(left)}</dd>
        </div>
        {disk !== null && (
          <div>
            <dt>Disk free</dt>
            <dd>
              {formatBytes(disk.freeBytes)} <span class="beside">{formatBytes(disk.usedBytes)} used</span>
            </dd>
          </div>
        )}
      </dl>
      {reasons.length > 0 && (
        <figure class="waiting-bar">
          <figcaption>Why they wait</figcaption>
          <span class="bar large" role="img" aria-label={said}>
            {reasons.map(([reason, items], at) => (
              <span
                key={reason}
                class={`fill ${isTrouble(reason) ? 'wait' : `step${Math.min(at, 3)}`}`}
                style={{ flexGrow: items }}
              />
            ))}
          </span>
          <ul class="legend">
            {reasons.map(([reason, items], at) => (
              <li key={reason}>
                <span class={`dot ${isTrouble(reason) ? 'wait' : `step${Math.min(at, 3)}`}`} />
                {reasonNames[reason]} <strong>{formatCount(items)}</strong>
              </li>
            ))}
          </ul>
        </figure>
      )}
    </section>
  )
}

function AtWork({ channels }: { readonly channels: readonly Channel[] }): JSX.Element | null {
  if (channels.length === 0) return null
  return (
    <section class="panel" aria-labelledby="at-work">
      <div class="section-head">
        <h2 id="at-work">Channels at work</h2>
        <a href={listHref('channels')}>All channels</a>
      </div>
      <ul class="lines">
        {channels.slice(0, SHOWN_CHANNELS).map((channel) => (
          <li key={channel.name}>
            <a class="row-link" href={channelHref(channel.name)} data-row>
              {channel.name}
            </a>
            <ChannelStatus channel={channel} />
            <span class="faint">
              {explainStanding(channel, nowMs.value)}
              <LastAdvice channel={channel} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What to do about the calls that opened the circuit. */
function LastAdvice({ channel }: { readonly channel: Channel }): JSX.Element | null {
  const { lastError } = channel.state
  const isFailing = ['circuit-open', 'probing', 'stopped'].includes(standingOf(channel, nowMs.value))
  if (!isFailing || lastError === null) return null
  return (
    <span class="under">
      <code>{lastError.code}</code> {lastError.advice}
    </span>
  )
}

function AtRisk({ jobs }: { readonly jobs: readonly Job[] }): JSX.Element | null {
  if (jobs.length === 0) return null
  const soonest = [...jobs].sort((a, b) => (a.deadlineAt! < b.deadlineAt! ? -1 : 1)).slice(0, SHOWN)
  return (
    <section class="panel" aria-labelledby="at-risk">
      <h2 id="at-risk">Deadlines at risk</h2>
      <ul class="lines">
        {soonest.map((job) => (
          <li key={job.id}>
            <a class="row-link" href={jobHref(job.id)} data-row>
              <bdi>
                {job.action} {job.objectType}
              </bdi>
            </a>
            <span>{formatLeft(job.deadlineAt!, nowMs.value)} left</span>
            <span class="faint">
              {job.channel}: {formatItems(leftOf(job))} will not be called in time
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Items that the deadline cuts off, as far as is known now. */
function leftOf({ progress, counts }: Job): number {
  return progress?.decidedBy?.items ?? counts.pending + counts.waiting + counts.running
}

function Soonest({ load }: { readonly load: Load<readonly ParkedItem[]> }): JSX.Element | null {
  if (load.data === null || load.data.length === 0) return null
  const soonest = [...load.data].sort((a, b) => (a.until < b.until ? -1 : 1)).slice(0, SHOWN)
  return (
    <section class="panel" aria-labelledby="due">
      <div class="section-head">
        <h2 id="due">Decisions due soonest</h2>
        <a href={listHref('decisions')}>All decisions</a>
      </div>
      <ul class="lines">
        {soonest.map(({ channel, until, item }) => (
          <li key={`${item.jobId} ${item.index}`}>
            <a class="row-link" href={itemHref(item.jobId, item.index)} data-row>
              <bdi>{item.id}</bdi>
            </a>
            <span>{formatLeft(until, nowMs.value)} left</span>
            <span class="faint">
              {channel}
              {item.error !== null && (
                <>
                  {': '}
                  <bdi>{item.error.detail ?? item.error.title}</bdi>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
