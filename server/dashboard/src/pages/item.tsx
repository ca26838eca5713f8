import type { Item, ItemAttempt } from '@waybill/sdk'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { Facts, Json } from '../ui/facts.tsx'
import { Loaded, Page } from '../ui/page.tsx'
import { ItemStatus, Status, type Tone } from '../ui/status.tsx'
import type { IconName } from '../ui/icon.tsx'
import { behindText } from '../words/behind-text.ts'
import { explainItem } from '../words/reasons.ts'
import { itemHref, jobHref } from '../words/route.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'
import { Decide } from './decide.tsx'

const EVERY_MS = 2000

export function ItemPage({ jobId, index }: { readonly jobId: string; readonly index: number }): JSX.Element {
  const load = useLoad<Item>(
    `${jobId} ${index}`,
    async (signal) => await waybill.jobs.attach(jobId).item(index, { signal }),
    { everyMs: EVERY_MS },
  )
  const item = load.data
  const title = item?.id ?? `Item ${index}`
  return (
    <Page
      title={title}
      back={{ href: jobHref(jobId), text: `Job …${jobId.slice(-8)}` }}
      heading={<bdi>{title}</bdi>}
      acts={item?.waiting?.reason === 'parked' && <Decide places={[{ jobId, index }]} onDone={load.reload} />}
    >
      <Loaded load={load}>
        {(shown) => (
          <>
            <section class="panel" aria-label="Status">
              <p class="lead">
                <ItemStatus item={shown} />
                <span>{explainItem(shown, nowMs.value)}</span>
              </p>
              {shown.error !== null && <ItemErrorText error={shown.error} />}
              <Neighbours item={shown} />
            </section>
            <Attempts log={shown.log ?? []} />
            <div class="columns">
              <section class="panel" aria-labelledby="about">
                <h2 id="about">About</h2>
                <Facts
                  facts={[
                    ['Index', String(shown.index)],
                    ['Key', shown.partitionKey !== null && <bdi>{shown.partitionKey}</bdi>],
                    ['Action', shown.action],
                    ['First call', shown.startedAt && formatTime(shown.startedAt)],
                    ['Ended', shown.endedAt && formatTime(shown.endedAt)],
                  ]}
                />
              </section>
              <Content item={shown} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function ItemErrorText({ error }: { readonly error: NonNullable<Item['error']> }): JSX.Element {
  return (
    <div class="item-error">
      <p>
        <code>{error.code}</code> <bdi>{error.title}</bdi>
      </p>
      {error.detail !== null && <bdi class="quote">{error.detail}</bdi>}
      {error.pointer !== null && (
        <p class="fine">
          at <code>{error.pointer}</code> of its data
        </p>
      )}
    </div>
  )
}

function Neighbours({ item }: { readonly item: Item }): JSX.Element | null {
  const behind = item.waiting?.behind ?? null
  const load = useLoad<Item>(
    behind === null ? '' : `${behind.jobId} ${behind.index}`,
    async (signal) => await waybill.jobs.attach(behind!.jobId).item(behind!.index, { signal }),
    { everyMs: EVERY_MS, enabled: behind !== null },
  )
  const { waitingBehind = 0, nextBehind = null } = item
  if (behind === null && waitingBehind === 0 && item.retriedAs === null) return null
  const jobOf = (place: { readonly jobId: string }): string =>
    place.jobId === item.jobId ? '' : ` of job …${place.jobId.slice(-8)}`
  return (
    <p class="neighbours">
      {behind !== null && (
        <a href={itemHref(behind.jobId, behind.index)}>
          Before it in its key: item {behind.index}
          {jobOf(behind)}
        </a>
      )}
      {behind !== null && load.data !== null && <span class="faint">{explainItem(load.data, nowMs.value)}</span>}
      {nextBehind !== null && (
        <a href={itemHref(nextBehind.jobId, nextBehind.index)}>
          Behind it: item {nextBehind.index}
          {jobOf(nextBehind)}
        </a>
      )}
      {waitingBehind !== 0 && <span class="faint">{behindText(waitingBehind)}</span>}
      {item.retriedAs !== null && <a href={jobHref(item.retriedAs)}>Tried again by job …{item.retriedAs.slice(-8)}</a>}
    </p>
  )
}

const verdicts: Record<ItemAttempt['verdict'], readonly [Tone, IconName, string]> = {
  succeeded: ['good', 'check', 'Succeeded'],
  failed: ['bad', 'cross', 'Failed'],
  retry: ['wait', 'reload', 'To be retried'],
  throttled: ['wait', 'clock', 'Throttled'],
  parked: ['wait', 'decisions', 'Parked'],
}

/** Attempts as bars over the time in which they ran. */
function Attempts({ log }: { readonly log: readonly ItemAttempt[] }): JSX.Element | null {
  if (log.length === 0) return null
  const fromMs = Date.parse(log[0]!.startedAt)
  const toMs = Math.max(...log.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs))
  const spanMs = Math.max(1, toMs - fromMs)
  return (
    <section class="panel" aria-labelledby="attempts">
      <h2 id="attempts">Attempts</h2>
      <ol class="attempts">
        {log.map((attempt) => {
          const { startedAt, durationMs, verdict, code, status, detail, retryAt } = attempt
          const [tone, icon, word] = verdicts[verdict]
          const start = (Date.parse(startedAt) - fromMs) / spanMs
          return (
            <li key={`${attempt.epoch} ${attempt.attempt} ${startedAt}`}>
              <span class="faint">{attempt.attempt}</span>
              <Status tone={tone} icon={icon} word={word} />
              <span class="attempt-track" aria-hidden="true">
                <span
                  class={`fill ${fillOf(tone)}`}
                  style={{
                    marginLeft: `${Math.min(98, start * 100)}%`,
                    width: `${Math.max(2, (durationMs / spanMs) * 100)}%`,
                  }}
                />
              </span>
              <span class="attempt-text">
                {formatDuration(durationMs)} ·{' '}
                <time dateTime={startedAt} title={formatTime(startedAt)}>
                  {formatRelative(startedAt, nowMs.value)}
                </time>
                {code !== null && (
                  <>
                    {' · '}
                    <code>{code}</code>
                  </>
                )}
                {status !== null && code !== `http_${status}` && ` · status ${status}`}
                {detail !== null && (
                  <>
                    {' · '}
                    <bdi>{detail}</bdi>
                  </>
                )}
                {retryAt !== null &&
                  Date.parse(retryAt) > nowMs.value &&
                  ` · next ${formatRelative(retryAt, nowMs.value)}`}
              </span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function fillOf(tone: Tone): string {
  return tone === 'quiet' ? 'gone' : tone
}

/** What was sent and answered, on demand: it may be large, and not meant for everybody behind the screen. */
function Content({ item }: { readonly item: Item }): JSX.Element {
  const [isShown, show] = useState(false)
  return (
    <section class="panel" aria-labelledby="content">
      <h2 id="content">Data and result</h2>
      {!isShown ? (
        <button type="button" onClick={() => show(true)}>
          Show
        </button>
      ) : (
        <>
          <h3>Data</h3>
          <Json value={item.data ?? null} label="Data" />
          {item.result !== null && item.result !== undefined && (
            <>
              <h3>Result</h3>
              <Json value={item.result} label="Result" />
            </>
          )}
          {item.warnings.length > 0 && (
            <>
              <h3>Warnings</h3>
              <Json value={item.warnings} label="Warnings" />
            </>
          )}
        </>
      )}
    </section>
  )
}
