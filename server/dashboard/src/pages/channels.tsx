import type { Channel } from '@waybill/sdk'
import type { JSX } from 'preact'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { nowMs } from '../live/now.ts'
import type { IconName } from '../ui/icon.tsx'
import { Empty, Loaded, Page } from '../ui/page.tsx'
import { Status, type Tone } from '../ui/status.tsx'
import { type ChannelStanding, limitText, standingOf } from '../words/channel-state.ts'
import { formatCount, formatRate } from '../words/numbers.ts'
import { channelHref } from '../words/route.ts'

const EVERY_MS = 2000

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
  const load = useLoad('channels', (signal) => read(waybill.raw.GET('/v1/channels', { signal })), { everyMs: EVERY_MS })
  return (
    <Page title="Channels">
      <Loaded load={load}>
        {({ channels }) =>
          channels.length === 0 ? (
            <Empty title="There is no channel">
              <p>A channel says where items are delivered, and how fast. Configure one in waybill.yaml.</p>
            </Empty>
          ) : (
            <ChannelsTable channels={channels} />
          )
        }
      </Loaded>
    </Page>
  )
}

function ChannelsTable({ channels }: { readonly channels: readonly Channel[] }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">Status</th>
          <th scope="col" class="num">
            Items/s
          </th>
          <th scope="col" class="num wide">
            Limit
          </th>
          <th scope="col" class="num wide">
            Running
          </th>
          <th scope="col" class="num">
            Left
          </th>
        </tr>
      </thead>
      <tbody>
        {channels.map((channel) => {
          const { counts, itemsPerSecond } = channel.state
          return (
            <tr key={channel.name}>
              <td>
                <a class="row-link" href={channelHref(channel.name)} data-row>
                  {channel.name}
                  <span class="under">{channel.connector.type}</span>
                </a>
              </td>
              <td>
                <ChannelStatus channel={channel} />
              </td>
              <td class={`num ${itemsPerSecond === 0 ? 'faint' : ''}`}>{formatRate(itemsPerSecond)}</td>
              <td class="num wide">{limitText(channel) ?? <span class="faint">none</span>}</td>
              <td class="num wide">{formatCount(counts.running)}</td>
              <td class="num">{formatCount(counts.pending + counts.waiting)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
