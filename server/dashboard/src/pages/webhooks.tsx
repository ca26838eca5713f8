import type { WebhookDelivery, WebhookEndpoint } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { nowMs } from '../live/now.ts'
import { useList } from '../live/use-list.ts'
import { useStableList } from '../live/use-stable-list.ts'
import { ActButton } from '../ui/acts.tsx'
import { NewRows } from '../ui/new-rows.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { ItemStatus, Status } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { jobHref } from '../words/route.ts'
import { formatRelative, formatTime } from '../words/times.ts'

const LEAST_MS = 3000
const DELIVERIES = 100
const DAY_MS = 86_400_000

export function WebhooksPage(): JSX.Element {
  const followed = { list: 'webhooks', leastMs: LEAST_MS } as const
  const endpoints = useList('endpoints', {
    ...followed,
    read: (signal) => read(waybill.raw.GET('/v1/webhook-endpoints', { signal })),
  })
  const deliveries = useList('deliveries', {
    ...{ ...followed, enabled: endpoints.data !== null },
    read(signal) {
      const query = { pageSize: DELIVERIES }
      return read(waybill.raw.GET('/v1/webhook-deliveries', { params: { query }, signal }))
    },
  })
  const list = useStableList('deliveries', deliveries.data?.deliveries ?? null, ({ id }) => id)
  return (
    <Page title="Webhooks">
      <Loaded load={endpoints}>
        {({ endpoints: all }) =>
          all.length === 0 ? (
            <Empty title="No webhook endpoints">
              <p>An endpoint is a URL of yours that gets an event when a job ends, an item is parked, and more.</p>
            </Empty>
          ) : (
            <>
              <ul class="cards">
                {all.map((endpoint) => (
                  <Endpoint key={endpoint.id} endpoint={endpoint} onDone={endpoints.reload} />
                ))}
              </ul>
              <section class="spaced" aria-labelledby="deliveries">
                <h2 id="deliveries">Deliveries</h2>
                <Loaded load={deliveries}>
                  {() =>
                    list.rows.length === 0 ? (
                      <Empty title="No deliveries in the last 7 days" />
                    ) : (
                      <>
                        <NewRows list={list} />
                        <Table columns={columns} rows={list.rows} keyOf={({ id }) => id} />
                      </>
                    )
                  }
                </Loaded>
              </section>
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function Endpoint({
  endpoint,
  onDone,
}: {
  readonly endpoint: WebhookEndpoint
  readonly onDone: () => void
}): JSX.Element {
  const { id, url, description, state, stateReason, eventTypes, lastSuccessAt, failingSince } = endpoint
  const isEnabled = state === 'enabled'
  const scope = 'webhooks:write'
  const status = !isEnabled
    ? ({ tone: 'quiet', icon: 'pause', word: 'Disabled' } as const)
    : failingSince !== null
      ? ({ tone: 'bad', icon: 'cross', word: 'Failing' } as const)
      : ({ tone: 'good', icon: 'check', word: 'Enabled' } as const)
  return (
    <li class="card">
      <div class="card-text">
        <p class="card-title">
          <bdi>{url}</bdi>
        </p>
        {description !== '' && <bdi>{description}</bdi>}
        <p class="under">
          {eventTypes.length === 0 ? 'All events' : eventTypes.join(', ')}
          {lastSuccessAt !== null && ` · last success ${formatRelative(lastSuccessAt, nowMs.value)}`}
          {failingSince !== null && ` · failing since ${formatTime(failingSince)}`}
          {stateReason !== null && ` · disabled: ${stateReason}`}
        </p>
      </div>
      <Status {...status} />
      <div class="acts">
        <ActButton
          {...{ icon: 'play', text: 'Test', scope, done: 'A test event is on its way', onDone }}
          action={() => waybill.webhooks.endpoints.test(id)}
        />
        {isEnabled ? (
          <ActButton
            {...{ icon: 'reload', text: 'Replay', scope, done: 'Events of the last day are sent again', onDone }}
            question={{
              title: 'Send the events of the last day again?',
              body: 'All of them, also those that were delivered: the receiver must know an event by its id.',
            }}
            action={() => waybill.webhooks.endpoints.replay(id, { since: new Date(Date.now() - DAY_MS).toISOString() })}
          />
        ) : (
          <ActButton
            {...{ icon: 'play', text: 'Enable', scope, done: 'The endpoint is enabled', onDone }}
            action={() => waybill.webhooks.endpoints.enable(id)}
          />
        )}
      </div>
    </li>
  )
}

const columns: readonly Column<WebhookDelivery>[] = [
  {
    head: 'Event',
    cell: ({ event }) => (
      <>
        <code>{event.type}</code>
        {event.jobId !== null && (
          <span class="under">
            <a href={jobHref(event.jobId)}>job …{event.jobId.slice(-8)}</a>
          </span>
        )}
      </>
    ),
  },
  {
    head: 'Status',
    cell: ({ status, nextAttemptAt }) => (
      <>
        <ItemStatus item={{ status, waiting: null }} />
        {nextAttemptAt !== null && <span class="under">next {formatRelative(nextAttemptAt, nowMs.value)}</span>}
      </>
    ),
  },
  { head: 'Last answer', kind: 'wide', cell: ({ log }) => lastAnswer(log.at(-1)), tone: () => 'faint' },
  { head: 'Attempts', kind: 'num', cell: ({ attempts }) => attempts },
  {
    ...{ head: 'Made', kind: 'num wide' },
    cell: ({ event }) => formatRelative(event.timestamp, nowMs.value),
    title: ({ event }) => formatTime(event.timestamp),
  },
]

function lastAnswer(last: WebhookDelivery['log'][number] | undefined): string {
  return last === undefined ? '' : `${last.status ?? last.code ?? ''} in ${last.durationMs} ms`
}
