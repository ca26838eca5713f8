import type { Channel } from '@waybill/sdk'
import type { JSX } from 'preact'
import { serverUrl, waybill } from '../api/session.ts'
import { nowMs } from '../live/now.ts'
import { useChannel } from '../live/use-channels.ts'
import { ActButton } from '../ui/acts.tsx'
import { CopyAs } from '../ui/copy-as.tsx'
import { Facts, Json } from '../ui/facts.tsx'
import { Loaded, Page } from '../ui/page.tsx'
import { RateFigure } from '../ui/rate-figure.tsx'
import { explainStanding, limitText, limitUsedText } from '../words/channel-state.ts'
import { channelCommands } from '../words/commands.ts'
import { formatCount, formatItems, formatRate } from '../words/numbers.ts'
import { explainCount, isTrouble } from '../words/reasons.ts'
import { listHref } from '../words/route.ts'
import { formatDuration, formatRelative } from '../words/times.ts'
import { ChannelStatus } from './channels.tsx'

export function ChannelPage({ name }: { readonly name: string }): JSX.Element {
  const load = useChannel(name)
  const channel = load.data
  return (
    <Page
      title={name}
      back={{ href: listHref('channels'), text: 'Channels' }}
      acts={
        <>
          {channel !== null && <ChannelActs channel={channel} onDone={load.reload} />}
          <CopyAs commands={channelCommands(serverUrl, name)} />
        </>
      }
    >
      <Loaded load={load}>
        {(shown) => (
          <>
            <Standing channel={shown} />
            <section class="panel" aria-labelledby="rate">
              <h2 id="rate">Throughput</h2>
              <RateFigure channel={name} more={(stats) => limitUsedText(shown, stats)} />
              {shown.state.callDurations != null && (
                <Durations of={shown.state.callDurations} timeoutMs={shown.connector.timeoutMs} />
              )}
            </section>
            <div class="columns">
              <Limits channel={shown} />
              <section class="panel" aria-labelledby="settings">
                <h2 id="settings">Settings</h2>
                <Json value={settingsOf(shown)} label="Settings" />
              </section>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function ChannelActs({ channel, onDone }: { readonly channel: Channel; readonly onDone: () => void }): JSX.Element {
  const { name, state } = channel
  const scope = 'admin'
  return (
    <>
      {state.blockedUntil !== null && (
        <ActButton
          {...{ icon: 'clock', text: 'Stop waiting', scope, done: `${name} waits no longer`, onDone }}
          question={{
            title: 'Call before the target asked to?',
            body: 'It asked to wait, and may refuse what comes sooner.',
          }}
          action={() => waybill.channels.unblock(name)}
        />
      )}
      {state.paused ? (
        <ActButton
          {...{ icon: 'play', text: 'Resume', scope, done: `${name} continues`, onDone }}
          action={() => waybill.channels.resume(name)}
        />
      ) : (
        <ActButton
          {...{ icon: 'pause', text: 'Pause', scope, done: `${name} is paused`, onDone }}
          question={{
            title: `Pause ${name}?`,
            body: 'No further item of any job is called until somebody resumes it. Running calls finish.',
          }}
          action={() => waybill.channels.pause(name)}
        />
      )}
    </>
  )
}

function Standing({ channel }: { readonly channel: Channel }): JSX.Element {
  const { state } = channel
  const { counts, itemsPerSecond, waiting, lastError, runningCalls } = state
  return (
    <section class="panel" aria-label="Status">
      <p class="lead">
        <ChannelStatus channel={channel} />
        <span>{explainStanding(channel, nowMs.value)}</span>
      </p>
      <dl class="figures">
        <Figure name="Items a second" value={formatRate(itemsPerSecond)} />
        <Figure
          name="Running calls"
          value={runningCalls === null ? '–' : `${formatCount(runningCalls)} of ${formatCount(channel.concurrency)}`}
        />
        <Figure name="Running" value={formatCount(counts.running)} />
        <Figure name="Waiting" value={formatCount(counts.waiting)} />
        <Figure name="Pending" value={formatCount(counts.pending)} />
      </dl>
      {waiting.length > 0 && (
        <ul class="reasons" aria-label="Why items wait">
          {waiting.map((count) => (
            <li key={count.reason} class={isTrouble(count.reason) ? 'trouble' : ''}>
              {explainCount(count, nowMs.value)}
              {count.reason === 'concurrency' && `, which takes ${formatDuration(channel.connector.timeoutMs)} at most`}
            </li>
          ))}
        </ul>
      )}
      {lastError !== null && <LastError error={lastError} />}
    </section>
  )
}

function Durations({
  of: { calls, seconds, p50Ms, p90Ms, p99Ms },
  timeoutMs,
}: {
  readonly of: NonNullable<Channel['state']['callDurations']>
  readonly timeoutMs: number
}): JSX.Element {
  return (
    <>
      <h3>Latency</h3>
      <dl class="figures">
        <Figure name="Half of the calls within" value={formatDuration(p50Ms)} />
        <Figure name="9 in 10 within" value={formatDuration(p90Ms)} />
        <Figure name="99 in 100 within" value={formatDuration(p99Ms)} />
        <Figure name="Time-out" value={formatDuration(timeoutMs)} />
      </dl>
      <p class="faint">
        {formatItems(calls, 'call')} of all subscriptions in the last {formatDuration(seconds * 1000)}.
      </p>
    </>
  )
}

function LastError({ error }: { readonly error: NonNullable<Channel['state']['lastError']> }): JSX.Element {
  return (
    <div class="item-error">
      <p>
        <code>{error.code}</code>{' '}
        <span class="faint">the last failed call, {formatRelative(error.at, nowMs.value)}</span>
      </p>
      {error.detail !== null && <bdi class="quote">{error.detail}</bdi>}
      <p>{error.advice}.</p>
    </div>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Limits({ channel }: { readonly channel: Channel }): JSX.Element {
  const { retry, circuit, rateLimit } = channel
  return (
    <section class="panel" aria-labelledby="limits">
      <h2 id="limits">Limits</h2>
      <Facts
        facts={[
          ['Rate', limitText(channel) ?? 'no limit'],
          ['Burst', rateLimit !== null && formatCount(rateLimit.burst ?? rateLimit.limit)],
          ['Calls at once', formatCount(channel.concurrency)],
          ['Attempts', formatCount(retry.maxAttempts ?? 1)],
          [
            'Circuit',
            circuit === null
              ? 'none'
              : `opens at ${Math.round((circuit.failureRatio ?? 0) * 100)} % failed of ${formatCount(circuit.minCalls ?? 0)} calls, for ${formatDuration(circuit.openMs ?? 0)}`,
          ],
          ['Parked for', formatDuration(channel.parkForSeconds * 1000)],
          [
            'Defined in',
            channel.origin === 'file' ? 'the configuration file' : channel.origin === 'api' ? 'the API' : 'the server',
          ],
        ]}
      />
    </section>
  )
}

/** What was configured; secrets are `***` already when they come. */
function settingsOf({ connector, retry, payload, rateLimitHeaders, itemSchema }: Channel): object {
  return { connector, retry, rateLimitHeaders, itemSchema, payload }
}
