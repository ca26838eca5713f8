import type { Channel } from '@waybill/sdk'
import type { JSX } from 'preact'
import { nowMs } from '../live/now.ts'
import { useChannels } from '../live/use-channels.ts'
import type { IconName } from '../ui/icon.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { type ChannelStanding, limitText, standingOf } from '../words/channel-state.ts'
import { formatCount, formatRate } from '../words/numbers.ts'
import { channelHref } from '../words/route.ts'

const standings: Record<ChannelStanding, readonly [Tone, IconName, string]> = {
  paused: ['wait', 'pause', 'Paused'],
  'circuit-open': ['bad', 'ban', 'Circuit open'],
  probing: ['wait', 'clock', 'Probing'],
  stopped: ['bad', 'ban', 'Stopped'],
  blocked: ['wait', 'clock', 'Retry-After'],
  busy: ['busy', 'play', 'Delivering'],
  waiting: ['wait', 'clock', 'Waiting'],
  idle: ['quiet', 'circle', 'Idle'],
}

export function ChannelStatus({ channel }: { readonly channel: Channel }): JSX.Element {
  const [tone, icon, word] = standings[standingOf(channel, nowMs.value)]
  return <Status tone={tone} icon={icon} word={word} />
}

export function ChannelsPage(): JSX.Element {
  const load = useChannels()
  return (
    <Page title="Channels">
      <Loaded load={load}>
        {(channels) =>
          channels.length === 0 ? (
            <Empty title="There is no channel">
              <p>A channel says where items are delivered, and how fast. Configure one in waybill.yaml.</p>
            </Empty>
          ) : (
            <Table columns={columns} rows={channels} keyOf={({ name }) => name} />
          )
        }
      </Loaded>
    </Page>
  )
}

const columns: readonly Column<Channel>[] = [
  {
    head: 'Channel',
    cell: ({ name, connector }) => (
      <a class="row-link" href={channelHref(name)} data-row>
        {name}
        <span class="under">{connector.type}</span>
      </a>
    ),
  },
  { head: 'Status', cell: (channel) => <ChannelStatus channel={channel} /> },
  {
    ...{ head: 'Items/s', kind: 'num' },
    cell: ({ state }) => formatRate(state.itemsPerSecond),
    tone: ({ state }) => (state.itemsPerSecond === 0 ? 'faint' : ''),
  },
  {
    ...{ head: 'Limit', kind: 'num wide' },
    cell: (channel) => limitText(channel) ?? <span class="faint">none</span>,
  },
  { head: 'Running', kind: 'num wide', cell: ({ state }) => formatCount(state.counts.running) },
  {
    ...{ head: 'Left', kind: 'num' },
    cell: ({ state: { counts } }) => formatCount(counts.pending + counts.waiting),
  },
]
