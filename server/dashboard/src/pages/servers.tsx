import type { Server } from '@waybill/sdk'
import type { JSX } from 'preact'
import { may, waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import { Loaded } from '../ui/page.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import type { IconName } from '../ui/icon.tsx'
import { roleWord, takeoverSentence } from '../words/servers.ts'
import { formatDuration, formatRelative, formatTime } from '../words/times.ts'

const EVERY_MS = 5000

/** The servers that share the store. Nothing as long as there is one, and for callers who may not see it. */
export function Servers(): JSX.Element | null {
  const mayRead = may('metrics')
  const load = useLoad('servers', (signal) => waybill.servers.list({ signal }), {
    everyMs: EVERY_MS,
    enabled: mayRead,
  })
  const { data, fault } = load
  const isShown = data === null ? fault !== null : data.length > 1
  if (!mayRead || !isShown) return null
  return (
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
