import {
  type CreatedWebhookEndpoint,
  type EndedItemStatus,
  endedItemStatuses,
  type ItemStatus,
  itemStatuses,
  type WebhookEndpoint,
  type WebhookEndpointUpdate,
  type WebhookEventType,
  webhookEventTypes,
  type WebhookOrdering,
  webhookOrderings,
} from '@waybill/spec'
import { type Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { printList } from '../output/print-list.ts'
import { countOf, formatCount, shorten } from '../output/printable.ts'
import { formatFields } from '../output/table.ts'
import { collectList, parseCount, parseDuration, parseTime } from '../read-options.ts'
import { addJobWebhookCommands, describeSecret } from './job-webhooks.ts'
import { addListenCommand, collectEvents } from './listen-webhooks.ts'

const help = `
Types of events: ${webhookEventTypes.join(', ')}.

Examples:
  $ waybill webhooks create https://hooks.example/waybill --events job.ended,job.blocked
  $ waybill webhooks test whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill webhooks deliveries --endpoint whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --status failed,waiting
  $ waybill webhooks replay whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --since 2026-01-15T00:00:00Z --status failed
  $ waybill webhooks listen --forward-to http://localhost:3000/waybill`

const endpointArgument = ['<endpoint-id>', 'its id, whe_...'] as const

interface EndpointOptions {
  readonly url?: string
  readonly description?: string
  readonly events?: WebhookEventType[]
  readonly allEvents?: boolean
  readonly channel?: string[]
  readonly allChannels?: boolean
  readonly where?: string
  readonly ordering?: WebhookOrdering
}

export function addWebhooksCommand(program: Command, cli: Cli): void {
  const webhooks = program
    .command('webhooks')
    .summary('call URLs with events, and see what became of it')
    .description('Shows webhook endpoints: where events go, which, and whether they arrive.')
    .addHelpText('after', help)
  addReads(webhooks, cli)
  addChanges(webhooks, cli)
  addSecrets(webhooks, cli)
  addStates(webhooks, cli)
  addJobWebhookCommands(webhooks, cli)
  addListenCommand(webhooks, cli)
}

function addReads(webhooks: Command, cli: Cli): void {
  webhooks
    .command('list', { isDefault: true })
    .description('Lists webhook endpoints, newest first.')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async ({ limit }: { limit?: number }) => {
      const waybill = await cli.connect()
      await printList(cli, iterate(await waybill.webhooks.endpoints.list({ signal: cli.interrupt })), {
        header: ['ENDPOINT', 'STATE', 'EVENTS', 'URL'],
        toRow: (endpoint) => [
          endpoint.id,
          describeState(endpoint),
          shorten(endpoint.eventTypes.join(',') || 'all', 40),
          shorten(endpoint.url, 80),
        ],
        limit,
        none: 'There are no webhook endpoints',
      })
    })
  webhooks
    .command('show')
    .description('Shows a webhook endpoint.')
    .argument(...endpointArgument)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await printEndpoint(cli, await waybill.webhooks.endpoints.get(id, { signal: cli.interrupt }))
    })
  webhooks
    .command('deliveries')
    .description('Lists deliveries of the last 7 days, newest first.')
    .option('--endpoint <id>', 'only to this endpoint', collectList)
    .option('--events <type>', 'only of these types of events', collectEvents)
    .option('--status <status>', itemStatuses.join(', '), collectList)
    .option('--job <id>', 'only of the events of this job')
    .option('--body', 'with the body of each event (with --json)')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async (options: DeliveriesOptions) => {
      const { endpoint, events, status, job, body, limit } = options
      const waybill = await cli.connect()
      const include = body === true ? (['body'] as const) : undefined
      const filter = { endpointId: endpoint, eventType: events, status, include, signal: cli.interrupt }
      const { deliveries } = waybill.webhooks
      await printList(cli, job === undefined ? deliveries.list(filter) : deliveries.forJob(job, filter), {
        header: ['EVENT', 'TYPE', 'ENDPOINT', 'AT', 'STATUS', 'ATTEMPTS', 'REASON'],
        toRow: ({ event, endpointId, status: found, attempts, reason }) => [
          event.id,
          event.type,
          endpointId ?? 'of the job',
          event.timestamp,
          found,
          String(attempts),
          reason ?? '',
        ],
        limit,
        none: 'There are no such deliveries',
      })
    })
}

interface DeliveriesOptions {
  readonly endpoint?: string[]
  readonly events?: WebhookEventType[]
  readonly status?: ItemStatus[]
  readonly job?: string
  readonly body?: boolean
  readonly limit?: number
}

function addChanges(webhooks: Command, cli: Cli): void {
  addEndpointOptions(
    webhooks
      .command('create')
      .description('Creates a webhook endpoint and prints its secret; it is shown only this once.')
      .argument('<url>', 'where events go, http or https')
      .option('--disabled', 'record its events, and deliver none until it is enabled'),
  ).action(async (url: string, { disabled, ...options }: EndpointOptions & { disabled?: boolean }) => {
    const waybill = await cli.connect()
    const state = disabled === true ? 'disabled' : 'enabled'
    const input = { ...toChanges(options), url, state } as const
    await printSecret(cli, await waybill.webhooks.endpoints.create(input, { signal: cli.interrupt }), 'Created')
  })
  addEndpointOptions(
    webhooks
      .command('update')
      .description('Changes a webhook endpoint; what is not given stays.')
      .argument(...endpointArgument)
      .option('--url <url>', 'where events go, http or https')
      .option('--all-events', 'events of all types')
      .option('--all-channels', 'events of all channels'),
  ).action(async (id: string, options: EndpointOptions) => {
    const changes = toChanges(options)
    if (Object.keys(changes).length === 0) {
      throw new UsageError('Cannot change webhook endpoint as at least one option must be given: there is none')
    }
    const waybill = await cli.connect()
    await printEndpoint(cli, await waybill.webhooks.endpoints.update(id, changes, { signal: cli.interrupt }))
  })
  webhooks
    .command('delete')
    .description('Deletes a webhook endpoint; events that wait for it are cancelled.')
    .argument(...endpointArgument)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await waybill.webhooks.endpoints.delete(id, { signal: cli.interrupt })
      await cli.print({ endpoint: id, deleted: true }, () => [`${id} deleted`])
    })
}

function addEndpointOptions(command: Command): Command {
  return command
    .option('--description <text>', 'what it is for')
    .option('--events <type>', 'only these types of events, such as job.ended; may be repeated', collectEvents)
    .option('-c, --channel <name>', 'only events of these channels; may be repeated', collectList)
    .option('--where <expression>', "only events that meet this condition in CEL; '' is none")
    .addOption(new Option('--ordering <what>', 'what is delivered in order (default: job)').choices(webhookOrderings))
}

function toChanges(options: EndpointOptions): WebhookEndpointUpdate {
  const { url, description, events, allEvents, channel, allChannels, where, ordering } = options
  return {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...((events !== undefined || allEvents === true) && { eventTypes: events ?? [] }),
    ...((channel !== undefined || allChannels === true) && { channels: channel ?? [] }),
    ...(where !== undefined && { where: where === '' ? null : where }),
    ...(ordering !== undefined && { ordering }),
  }
}

function addSecrets(webhooks: Command, cli: Cli): void {
  webhooks
    .command('rotate')
    .summary('make a new signing secret')
    .description('Makes a new signing secret and prints it; the previous one holds for a while.')
    .argument(...endpointArgument)
    .option(
      '--grace <duration>',
      'how long the previous one holds, such as 12h; 0 for not at all (default: 1d)',
      parseDuration,
    )
    .action(async (id: string, { grace }: { grace?: number }) => {
      const waybill = await cli.connect()
      const graceSeconds = grace === undefined ? undefined : Math.ceil(grace / 1000)
      const rotated = await waybill.webhooks.endpoints.rotateSecret(id, { graceSeconds, signal: cli.interrupt })
      await printSecret(cli, rotated, 'Rotated the secret of')
    })
  webhooks
    .command('revoke-previous')
    .description('Removes the secret that a rotation left valid.')
    .argument(...endpointArgument)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await printEndpoint(cli, await waybill.webhooks.endpoints.revokePreviousSecret(id, { signal: cli.interrupt }))
    })
}

interface ReplayOptions {
  readonly since: string
  readonly until?: string
  readonly status?: EndedItemStatus[]
  readonly events?: WebhookEventType[]
}

function addStates(webhooks: Command, cli: Cli): void {
  webhooks
    .command('enable')
    .description('Delivers the events of a disabled endpoint, those that it missed first.')
    .argument(...endpointArgument)
    .option('--skip-missed', 'cancel the events that it missed')
    .action(async (id: string, { skipMissed = false }: { skipMissed?: boolean }) => {
      const waybill = await cli.connect()
      const options = { replayMissed: !skipMissed, signal: cli.interrupt }
      await printEndpoint(cli, await waybill.webhooks.endpoints.enable(id, options))
    })
  webhooks
    .command('disable')
    .description('Starts no further delivery to an endpoint; its events are recorded and wait.')
    .argument(...endpointArgument)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await printEndpoint(cli, await waybill.webhooks.endpoints.disable(id, { signal: cli.interrupt }))
    })
  webhooks
    .command('test')
    .description('Sends an event of type webhook_endpoint.test to an endpoint.')
    .argument(...endpointArgument)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      const event = await waybill.webhooks.endpoints.test(id, { signal: cli.interrupt })
      await cli.print(event, () => [`${event.id} will be sent`])
      cli.say(`See what became of it: waybill webhooks deliveries --endpoint ${id}${cli.connection.urlOption}`)
    })
  webhooks
    .command('replay')
    .description('Delivers events again that were recorded for an endpoint, at most 10,000.')
    .argument(...endpointArgument)
    .requiredOption('--since <time>', 'events from this time on', parseTime)
    .option('--until <time>', 'events before this time (default: now)', parseTime)
    .option(
      '--status <status>',
      `whose latest delivery ended so: ${endedItemStatuses.join(', ')} (default: all)`,
      collectList,
    )
    .option('--events <type>', 'only these types of events (default: all)', collectEvents)
    .action(async (id: string, { since, until, status, events }: ReplayOptions) => {
      const waybill = await cli.connect()
      const request = { since, until, status, eventTypes: events }
      const replay = await waybill.webhooks.endpoints.replay(id, request, { signal: cli.interrupt })
      await cli.print(replay, () => [`${countOf(replay.events, 'event')} will be delivered again`])
      if (replay.continueAt !== null) cli.say(`There are more: replay again with --since ${replay.continueAt}`)
    })
}

/** The secret alone goes to stdout, so that a script can take it. */
async function printSecret(cli: Cli, endpoint: CreatedWebhookEndpoint, done: string): Promise<void> {
  cli.say(`${done} ${endpoint.id}; the secret is shown only once`)
  await cli.print(endpoint, () => [endpoint.secret])
}

async function printEndpoint(cli: Cli, endpoint: WebhookEndpoint): Promise<void> {
  const { secretHints, eventTypes, channels } = endpoint
  await cli.print(endpoint, () =>
    formatFields([
      ['endpoint', endpoint.id],
      ['url', endpoint.url],
      ['description', endpoint.description],
      ['state', describeState(endpoint)],
      ['events', eventTypes.join(', ') || 'all'],
      ['channels', channels.join(', ') || 'all'],
      ['where', endpoint.where],
      ['ordering', endpoint.ordering],
      ['secrets', secretHints.map(describeSecret).join(', ')],
      ['last success', endpoint.lastSuccessAt],
      ['failing since', endpoint.failingSince],
      ['dropped events', endpoint.droppedEvents === 0 ? null : formatCount(endpoint.droppedEvents)],
      ['created', endpoint.createdAt],
    ]),
  )
}

function describeState({ state, stateReason, failingSince }: WebhookEndpoint): string {
  if (stateReason !== null) return `${state} (${stateReason})`
  return failingSince === null ? state : 'failing'
}

async function* iterate<Entry>(entries: readonly Entry[]): AsyncGenerator<Entry, void, undefined> {
  yield* entries
}
