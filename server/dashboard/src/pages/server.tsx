import type { AccessToken, AuditEntry } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read, take } from '../api/read.ts'
import { mode, self, waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { ActButton } from '../ui/acts.tsx'
import { Facts } from '../ui/facts.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { Status } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { formatBytes, formatCount } from '../words/numbers.ts'
import { formatRelative, formatTime } from '../words/times.ts'
import { Servers } from './servers.tsx'

const EVERY_MS = 5000
const SHOWN_ENTRIES = 50
const SHOWN_TOKENS = 100

export function ServerPage(): JSX.Element {
  return (
    <Page title="Server">
      <div class="columns">
        <Health />
        <You />
      </div>
      <Servers />
      <Limits />
      <Tokens />
      <Audit />
    </Page>
  )
}

function Health(): JSX.Element {
  const load = useLoad('health', (signal) => read(waybill.raw.GET('/healthz/ready', { signal })), { everyMs: EVERY_MS })
  return (
    <section class="panel" aria-labelledby="health">
      <h2 id="health">Health</h2>
      <Loaded load={load} rows={1}>
        {() => (
          <p class="lead">
            {load.fault === null ? (
              <Status tone="good" icon="check" word="Ready" />
            ) : (
              <Status tone="bad" icon="cross" word="Not ready" />
            )}
          </p>
        )}
      </Loaded>
    </section>
  )
}

function You(): JSX.Element | null {
  const caller = self.value
  if (caller === null) return null
  return (
    <section class="panel" aria-labelledby="you">
      <h2 id="you">This session</h2>
      <Facts
        facts={[
          ['Token', caller.tokenName ?? (caller.kind === 'dev' ? 'none: development' : 'admin')],
          ['Subscription', caller.subscription],
          ['May', mode.value === 'read-only' ? `read: ${caller.scopes.join(', ')}` : caller.scopes.join(', ')],
          ['Token ends', caller.expiresAt && formatTime(caller.expiresAt)],
        ]}
      />
    </section>
  )
}

function Limits(): JSX.Element {
  const load = useLoad('limits', (signal) => read(waybill.raw.GET('/v1/limits', { signal })), { everyMs: null })
  return (
    <section class="panel" aria-labelledby="limits">
      <h2 id="limits">Limits</h2>
      <Loaded load={load} rows={3}>
        {(limits) => (
          <Facts
            facts={[
              ['Pending items', formatCount(limits.maxPendingItems)],
              ['Stored data', limits.maxDataBytes === null ? 'what the disk holds' : formatBytes(limits.maxDataBytes)],
              ['Open jobs', formatCount(limits.subscription.maxOpenJobs)],
              [
                'Running calls',
                limits.subscription.maxRunningCalls === null
                  ? 'no limit'
                  : formatCount(limits.subscription.maxRunningCalls),
              ],
              [
                'Requests',
                limits.subscription.requestRate === null
                  ? 'no limit'
                  : `${formatCount(limits.subscription.requestRate.perMinute)} a minute`,
              ],
              ['An item', formatBytes(limits.maxItemBytes)],
              [
                'A request',
                `${formatCount(limits.maxItemsPerNdjsonRequest)} items, ${formatBytes(limits.maxNdjsonBodyBytes)}`,
              ],
            ]}
          />
        )}
      </Loaded>
    </section>
  )
}

function Tokens(): JSX.Element {
  const load = useLoad('tokens', (signal) => take(waybill.tokens.list({ signal }), SHOWN_TOKENS), { everyMs: null })
  return (
    <section class="panel" aria-labelledby="tokens">
      <h2 id="tokens">Access tokens</h2>
      <Loaded load={load} rows={2}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p class="faint">There is none.</p>
          ) : (
            <Table columns={tokenColumns(load.reload)} rows={tokens} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </section>
  )
}

function tokenColumns(onDone: () => void): readonly Column<AccessToken>[] {
  return [
    {
      head: 'Name',
      cell: ({ name, subscription }) => (
        <>
          <bdi>{name}</bdi>
          <span class="under">{subscription}</span>
        </>
      ),
    },
    { head: 'Scopes', kind: 'wide', cell: ({ scopes }) => scopes.join(', '), tone: () => 'faint' },
    {
      head: 'Ends',
      cell: ({ expiresAt }) => (expiresAt === null ? 'never' : formatRelative(expiresAt, nowMs.value)),
      title: ({ expiresAt }) => (expiresAt === null ? undefined : formatTime(expiresAt)),
    },
    {
      ...{ head: <span class="unseen">Acts</span>, kind: 'num' },
      cell: ({ id, name }) => (
        <ActButton
          {...{
            icon: 'ban',
            text: 'Revoke',
            scope: 'tokens:write',
            done: 'The token is revoked',
            danger: true,
            onDone,
          }}
          question={{
            title: `Revoke ${name}?`,
            body: 'Whoever uses it is refused from now on, and its sessions end. It cannot be undone.',
          }}
          action={() => waybill.tokens.revoke(id)}
        />
      ),
    },
  ]
}

function Audit(): JSX.Element {
  const load = useLoad(
    'audit',
    (signal) => take(waybill.audit.list({ signal, pageSize: SHOWN_ENTRIES }), SHOWN_ENTRIES),
    {
      everyMs: EVERY_MS,
    },
  )
  return (
    <section class="panel" aria-labelledby="audit">
      <h2 id="audit">Audit</h2>
      <Loaded load={load}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty title="Nothing was asked for yet" />
          ) : (
            <Table columns={auditColumns} rows={entries} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
    </section>
  )
}

const auditColumns: readonly Column<AuditEntry>[] = [
  {
    head: 'When',
    cell: ({ at }) => formatRelative(at, nowMs.value),
    title: ({ at }) => formatTime(at),
  },
  { head: 'Who', cell: ({ actor }) => <bdi>{actor.tokenName ?? actor.kind}</bdi> },
  {
    head: 'What',
    cell: ({ action, count }) => (
      <>
        <code>{action}</code>
        {count > 1 && <span class="faint"> × {formatCount(count)}</span>}
      </>
    ),
  },
  {
    ...{ head: 'Of', kind: 'wide' },
    cell: ({ resource }) => <bdi>{Object.values(resource).find((value) => value !== null) ?? ''}</bdi>,
    tone: () => 'faint',
  },
  {
    ...{ head: 'Answer', kind: 'num' },
    cell: ({ status }) => status,
    tone: ({ status }) => (status >= 400 ? 'bad-text' : ''),
  },
]
