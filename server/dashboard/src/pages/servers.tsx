import type { Server } from '@waybill/sdk'
import type { JSX } from 'preact'
import { may, waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { Facts } from '../ui/facts.tsx'
import { Loaded } from '../ui/page.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import type { IconName } from '../ui/icon.tsx'
import { formatCount } from '../words/numbers.ts'
import { orderSentence, roleWord, takeoverSentence } from '../words/servers.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'

const EVERY_MS = 5000

/** The evidence of order, and the servers that share the store as soon as there are several. Nothing for callers who may not see it. */
export function Servers(): JSX.Element | null {
  const mayRead = may('metrics')
  const load = useLoad('servers', (signal) => waybill.servers.list({ signal }), {
    everyMs: EVERY_MS,
    enabled: mayRead,
  })
  const { data, fault } = load
  if (!mayRead) return null
  const isShown = data === null ? fault !== null : data.length > 1
  return (
    <>
      {data !== null && <Order servers={data} />}
      {isShown && (
        <section class="panel" aria-labelledby="servers">
          <h2 id="servers">Servers</h2>
          <Loaded load={load}>
            {(servers) => (
              <>
                <p class="breaks">{takeoverSentence(servers, nowMs.value)}</p>
                <Table columns={columns} rows={servers} keyOf={({ id }) => id} />
              </>
            )}
          </Loaded>
        </section>
      )}
    </>
  )
}

/** The evidence of order, and how often the store was opened. */
function Order({ servers }: { readonly servers: readonly Server[] }): JSX.Element | null {
  const active = servers.find(({ role }) => role === 'active')
  if (active?.order == null) return null
  const { epoch, order, version, startedAt } = active
  return (
    <section class="panel" aria-labelledby="order">
      <h2 id="order">Order</h2>
      <p class="lead">
        <Status
          {...(order.violations === 0
            ? { tone: 'good', icon: 'check', word: 'In order' }
            : { tone: 'bad', icon: 'cross', word: 'Not in order' })}
        />
        <span>{orderSentence(order)}</span>
      </p>
      <Facts
        facts={[
          ['Epoch', epoch !== null && formatCount(epoch)],
          ['Started', formatTime(startedAt)],
          ['Version', <bdi>{version}</bdi>],
        ]}
      />
    </section>
  )
}

const looks: Readonly<Record<Server['role'], readonly [Tone, IconName]>> = {
  active: ['good', 'check'],
  standby: ['quiet', 'clock'],
  fenced: ['bad', 'ban'],
}

const columns: readonly Column<Server>[] = [
  {
    ...{ head: 'Name', kind: 'grow breaks' },
    cell: ({ name, address, id }) => (
      <>
        <bdi>{name}</bdi>
        <span class="under">
          <bdi>{address ?? id}</bdi>
        </span>
      </>
    ),
  },
  {
    head: 'Role',
    cell: (server) => {
      const [tone, icon] = (looks as Partial<typeof looks>)[server.role] ?? (['quiet', 'circle'] as const)
      return <Status tone={server.draining ? 'wait' : tone} icon={icon} word={roleWord(server)} />
    },
  },
  {
    head: 'Last sign',
    cell: ({ beatAgeSeconds }) =>
      beatAgeSeconds < 2 ? 'just now' : `${formatDuration(Math.floor(beatAgeSeconds) * 1000)} ago`,
  },
  {
    ...{ head: 'Started', kind: 'wide' },
    cell: ({ startedAt }) => formatRelative(startedAt, nowMs.value),
    title: ({ startedAt }) => formatTime(startedAt),
  },
  { head: 'Version', kind: 'wide', cell: ({ version }) => <bdi>{version}</bdi>, tone: () => 'faint' },
  {
    head: 'Config',
    cell: ({ configMatches }) => (configMatches ? 'same' : 'differs'),
    tone: ({ configMatches }) => (configMatches ? 'faint' : 'bad-text'),
  },
]
