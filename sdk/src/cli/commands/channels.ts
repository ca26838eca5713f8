import type { Channel } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { openInput } from '../input/open-input.ts'
import { describeError, describeState } from '../output/describe-channel.ts'
import { printList } from '../output/print-list.ts'
import { countOf, formatCount, formatSeconds } from '../output/printable.ts'
import { formatFields } from '../output/table.ts'
import { addCredentialsCommand } from './credentials.ts'
import { addTestCommand } from './test-channel.ts'

const help = `
Examples:
  $ waybill channels
  $ waybill channels get shop-eu --json
  $ waybill channels pause shop-eu
  $ waybill channels put shop-eu shop-eu.yaml
  $ waybill channels test shop-eu item.json
  $ waybill channels credentials set shop-eu acme
  $ waybill channels unblock shop-eu    # call again before the Retry-After that it was sent has passed`

export function addChannelsCommand(program: Command, cli: Cli): void {
  const channels = program
    .command('channels')
    .summary('show channels, configure, test, pause and resume them')
    .description('Shows where items go: each channel with its limits and what it does now.')
    .addHelpText('after', help)
  channels
    .command('list', { isDefault: true })
    .description('Lists all channels.')
    .action(async () => {
      const waybill = await cli.connect()
      await printList(cli, iterate(await waybill.channels.list({ signal: cli.interrupt })), {
        header: ['CHANNEL', 'TYPE', 'STATE', 'RATE LIMIT', 'RUNNING', 'WAITING', 'ITEMS/S'],
        toRow: (channel) => [
          channel.name,
          channel.connector.type,
          describeState(channel),
          describeRate(channel),
          formatCount(channel.state.counts.running),
          formatCount(channel.state.counts.pending + channel.state.counts.waiting),
          channel.state.itemsPerSecond.toFixed(1),
        ],
        limit: 0,
        none: 'There are no channels',
      })
    })
  channels
    .command('get')
    .description('Shows a channel.')
    .argument('<channel>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await printChannel(cli, await waybill.channels.get(name, { signal: cli.interrupt }))
    })
  channels
    .command('pause')
    .description('Pauses a channel: starts no further call until it is resumed; jobs are still accepted.')
    .argument('<channel>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await printChannel(cli, await waybill.channels.pause(name, { signal: cli.interrupt }))
    })
  channels
    .command('resume')
    .description('Resumes a paused channel, or all of them.')
    .argument('[channel]', 'its name')
    .option('--all', 'every channel that is paused')
    .action(async (name: string | undefined, { all = false }: { all?: boolean }) => {
      if ((name === undefined) !== all)
        throw new UsageError('Cannot resume as one channel must be named, or --all given')
      const waybill = await cli.connect()
      const options = { signal: cli.interrupt }
      const names = name === undefined ? pausedOf(await waybill.channels.list(options)) : [name]
      for (const paused of names) await printChannel(cli, await waybill.channels.resume(paused, options))
    })
  channels
    .command('unblock')
    .description('Lifts a block by Retry-After: calls start again at once, as the rate limit allows.')
    .argument('<channel>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await printChannel(cli, await waybill.channels.unblock(name, { signal: cli.interrupt }))
    })
  channels
    .command('put')
    .description('Creates a channel, or replaces its whole configuration, from the next call on.')
    .argument('<channel>', 'its name')
    .argument(
      '<file>',
      'its configuration as YAML or JSON, also as channels get --json prints it; - for standard input',
    )
    .action(async (name: string, file: string) => {
      // Half of the command is a reader of YAML, which no other part of it needs.
      const { readChannelConfig } = await import('../input/read-channel-config.ts')
      const config = await readChannelConfig(await openInput(file, cli.stdin), name)
      const waybill = await cli.connect()
      await printChannel(cli, await waybill.channels.put(name, config, { signal: cli.interrupt }))
    })
  addTestCommand(channels, cli)
  addCredentialsCommand(channels, cli)
  channels
    .command('delete')
    .description('Deletes a channel; all its jobs must have ended.')
    .argument('<channel>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await waybill.channels.delete(name, { signal: cli.interrupt })
      await cli.print({ channel: name, deleted: true }, () => [`${name} deleted`])
    })
}

function pausedOf(channels: readonly Channel[]): string[] {
  return channels.filter(({ state }) => state.paused).map(({ name }) => name)
}

async function printChannel(cli: Cli, channel: Channel): Promise<void> {
  const { state, connector } = channel
  await cli.print(channel, () =>
    formatFields([
      ['channel', channel.name],
      ['state', describeState(channel)],
      ['connector', [connector.type, connector.url].filter(Boolean).join(' ')],
      ['rate limit', describeRate(channel)],
      ['concurrency', formatCount(channel.concurrency)],
      ['attempts', channel.retry.maxAttempts === undefined ? null : formatCount(channel.retry.maxAttempts)],
      ['latency', latencyText(state.callDurations ?? null)],
      ['running', state.runningCalls === null ? null : `${formatCount(state.runningCalls)} calls`],
      ['pending', formatCount(state.counts.pending)],
      ['waiting', formatCount(state.counts.waiting)],
      ['items/s', state.itemsPerSecond.toFixed(1)],
      ['waits for', state.waiting.map(describeWaiting).join(', ')],
      ['last error', state.lastError === null ? null : describeError(state.lastError)],
      ['set by', channel.origin],
    ]),
  )
  if (state.blockedUntil !== null) {
    cli.say(`Lift the block with: waybill channels unblock ${channel.name}${cli.connection.urlOption}`)
  }
}

function describeWaiting({ reason, items, until }: Channel['state']['waiting'][number]): string {
  return `${reason} (${formatCount(items)}${until === null ? '' : ` until ${until}`})`
}

function latencyText(durations: NonNullable<Channel['state']['callDurations']> | null): string | null {
  if (durations === null) return null
  const { p50Ms, p90Ms, p99Ms, calls, seconds } = durations
  return `p50 ${p50Ms} ms, p90 ${p90Ms} ms, p99 ${p99Ms} ms (${countOf(calls, 'call')} in ${formatSeconds(seconds)})`
}

function describeRate({ rateLimit }: Channel): string {
  if (rateLimit === null) return 'none'
  return `${formatCount(rateLimit.limit)} ${rateLimit.unit} per ${formatCount(rateLimit.periodMs)} ms`
}

async function* iterate<Entry>(entries: readonly Entry[]): AsyncGenerator<Entry, void, undefined> {
  yield* entries
}
