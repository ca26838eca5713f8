import type { Channel, ChannelConfig } from '@waybill/spec'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import { dropCredentials } from '../engine/channel-credentials.ts'
import { completeConfig, createChannel, foundChannel, requireSettable } from '../engine/channels.ts'
import { callDurations, channelView } from '../show/channel-view.ts'
import type { MockChannel } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { OperationHandlers } from './operation-handler.ts'
import { MockProblem } from '../show/problems.ts'

type ChannelOperation =
  | 'listChannels'
  | 'getChannel'
  | 'putChannel'
  | 'deleteChannel'
  | 'pauseChannel'
  | 'resumeChannel'
  | 'unblockChannel'

/** Where items go. */
export const channelHandlers: Pick<OperationHandlers, ChannelOperation> = {
  listChannels({ world, caller }) {
    const byName = [...world.channels.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    return { status: 200, body: { channels: byName.map((channel) => show(channel, { world, caller })) } }
  },

  getChannel(call) {
    const { world, path, caller } = call
    const channel = foundChannel(world.channels, path.channel)
    const durations = hasScope(caller, 'admin') ? callDurations(channel, world.book.all(), world.clock.nowMs()) : null
    const shown = show(channel, call)
    return { status: 200, body: { ...shown, state: { ...shown.state, callDurations: durations } } }
  },

  async putChannel(call) {
    const { path, world } = call
    const { channels, lifeCycle } = world
    const request = await call.json<ChannelConfig>(refuseModule)
    const present = channels.get(path.channel)
    if (present !== undefined) requireSettable(present)
    const config = completeConfig(request, present)
    if (present !== undefined) {
      present.config = config
      dropCredentials(present)
      lifeCycle.deliveries.resume(present.name)
      return { status: 200, body: show(present, call) }
    }
    const made = createChannel(path.channel, 'api', config)
    channels.set(made.name, made)
    return { status: 201, body: show(made, call), headers: { Location: `/v1/channels/${made.name}` } }
  },

  deleteChannel({ path, world }) {
    const { channels, book } = world
    const channel = foundChannel(channels, path.channel)
    requireSettable(channel)
    if (book.all().some(({ envelope, phase }) => envelope.channel === channel.name && phase !== 'ended')) {
      const detail = `Cannot delete channel ${channel.name} as all its jobs must have ended: at least one has not`
      throw new MockProblem('channel_in_use', detail)
    }
    channels.delete(channel.name)
    return { status: 204, body: null }
  },

  pauseChannel({ path, world, caller }) {
    const channel = foundChannel(world.channels, path.channel)
    channel.paused = true
    return { status: 200, body: show(channel, { world, caller }) }
  },

  resumeChannel({ path, world, caller }) {
    const channel = foundChannel(world.channels, path.channel)
    channel.paused = false
    world.lifeCycle.deliveries.resume(channel.name)
    return { status: 200, body: show(channel, { world, caller }) }
  },

  unblockChannel({ path, world, caller }) {
    const { channels, lifeCycle, book } = world
    const channel = foundChannel(channels, path.channel)
    channel.blockedUntilMs = 0
    lifeCycle.deliveries.retryNow(book.all().filter(({ envelope }) => envelope.channel === channel.name))
    return { status: 200, body: show(channel, { world, caller }) }
  },
}

/** Figures that all subscriptions add to are null for a caller without `admin`. */
function show(
  channel: MockChannel,
  { world, caller }: { readonly world: MockWorld; readonly caller: MockCaller },
): Channel {
  const view = channelView(channel, world.book.all(), world.clock.nowMs())
  return hasScope(caller, 'admin') ? view : { ...view, state: { ...view.state, runningCalls: null } }
}

/** Looked at before the schema, which would only say that the type is wrong. @throws MockProblem `module_not_settable` */
function refuseModule(value: unknown): void {
  const { connector } = (value ?? {}) as { connector?: { type?: unknown } | null }
  if (connector?.type !== 'module') return
  const detail = 'must be http: a module is code that runs in the server'
  throw new MockProblem('module_not_settable', `Cannot set the channel as its connector's type ${detail}`, {
    errors: [{ pointer: '/connector/type', detail }],
  })
}
