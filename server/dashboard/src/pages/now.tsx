import type { Channel, ParkedItem, WaitingReason } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read, take } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { type Load, useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { RateFigure } from '../ui/rate-figure.tsx'
import { explainStanding, isInTrouble } from '../words/channel-state.ts'
import { formatCount, formatItems, formatRate } from '../words/numbers.ts'
import { isTrouble, reasonNames } from '../words/reasons.ts'
import { channelHref, itemHref, listHref } from '../words/route.ts'
import { formatLeft } from '../words/times.ts'
import { ChannelStatus } from './channels.tsx'
import { JobsTable } from './jobs.tsx'

const EVERY_MS = 2000
const SHOWN = 5

const active = ['running', 'pending', 'blocked', 'paused', 'cancelling', 'open', 'scheduled'] as const

export function NowPage(): JSX.Element {
  const channels = useLoad('channels', (signal) => read(waybill.raw.GET('/v1/channels', { signal })), {
    everyMs: EVERY_MS,
  })
  const parked = useLoad('parked', (signal) => take(waybill.parked.list({ signal, pageSize: 100 }), 100), {
    everyMs: EVERY_MS * 2,
  })
  const jobs = useLoad(
    'active',
    (signal) => read(waybill.raw.GET('/v1/jobs', { params: { query: { status: [...active], pageSize: 8 } }, signal })),
    { everyMs: EVERY_MS },
  )
  return (
    <Page title="Now">
      <Loaded load={channels} rows={3}>
        {({ channels: all }) => (
          <>
            <Summary channels={all} />
            <Troubles channels={all.filter((channel) => isInTrouble(channel, nowMs.value))} />
          </>
        )}
      </Loaded>
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
          {({ jobs: open }) => (open.length === 0 ? <Empty title="No job is on its way" /> : <JobsTable jobs={open} />)}
        </Loaded>
      </section>
    </Page>
  )
}

/** All channels as one: how fast, how many, and why what waits does. */
function Summary({ channels }: { readonly channels: readonly Channel[] }): JSX.Element {
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

function Troubles({ channels }: { readonly channels: readonly Channel[] }): JSX.Element | null {
  if (channels.length === 0) return null
  return (
    <section class="panel" aria-labelledby="trouble">
      <h2 id="trouble">Channels in trouble</h2>
      <ul class="lines">
        {channels.map((channel) => (
          <li key={channel.name}>
            <a class="row-link" href={channelHref(channel.name)} data-row>
              {channel.name}
            </a>
            <ChannelStatus channel={channel} />
            <span class="faint">{explainStanding(channel, nowMs.value)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
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
