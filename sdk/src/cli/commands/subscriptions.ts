import type { Subscription, SubscriptionConfig } from '@waybill/spec'
import { type Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { formatFields } from '../output/table.ts'
import { parseCount } from '../read-options.ts'

const help = `
A subscription without limits of its own has the defaults and is not listed. All of it requires the scope admin; waybill self shows your own limits.

Examples:
  $ waybill subscriptions set acme --weight 2 --max-running-calls 16 --requests-per-minute 600 --request-burst 100
  $ waybill subscriptions
  $ waybill subscriptions get acme --json | jq .requestRate
  $ waybill subscriptions delete acme`

interface SetOptions {
  readonly weight?: number
  readonly maxPendingItems?: number
  readonly maxOpenJobs?: number
  readonly maxRunningCalls?: number
  readonly requestsPerMinute?: number
  readonly requestBurst?: number
}

export function addSubscriptionsCommand(program: Command, cli: Cli): void {
  const subscriptions = program
    .command('subscriptions')
    .summary('list and set the limits of subscriptions')
    .description('Shows subscriptions with limits of their own: weight, quotas, requests a minute.')
    .addHelpText('after', help)
  subscriptions
    .command('list', { isDefault: true })
    .description('Lists subscriptions with limits of their own, by name.')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async ({ limit }: { limit?: number }) => {
      const waybill = await cli.connect()
      await printList(cli, waybill.subscriptions.list({ signal: cli.interrupt }), {
        header: ['SUBSCRIPTION', 'ORIGIN', 'WEIGHT', 'PENDING ITEMS', 'OPEN JOBS', 'RUNNING CALLS', 'REQUESTS'],
        toRow: (subscription) => [
          shorten(subscription.name, 40),
          subscription.origin,
          String(subscription.weight),
          limitText(subscription.maxPendingItems),
          limitText(subscription.maxOpenJobs),
          limitText(subscription.maxRunningCalls),
          rateText(subscription),
        ],
        limit,
        none: 'All subscriptions have the defaults',
      })
    })
  subscriptions
    .command('get')
    .description('Shows the limits of a subscription.')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await show(cli, await waybill.subscriptions.get(name, { signal: cli.interrupt }))
    })
  subscriptions
    .command('set')
    .description('Sets all limits of a subscription; what is left out gets its default.')
    .argument('<name>', 'its name')
    .option('--weight <n>', 'its share of a channel, 0.01 to 1000 (default: 1)', parseWeight)
    .option('--max-pending-items <n>', 'items accepted and not ended at once (default: no limit)', parseCount)
    .option('--max-open-jobs <n>', 'jobs that take items at once (default: 1000)', parseCount)
    .option('--max-running-calls <n>', 'calls at once over all channels (default: no limit)', parseCount)
    .option('--requests-per-minute <n>', 'requests a minute (default: no limit)', parseCount)
    .option('--request-burst <n>', 'requests at once after an idle time (default: as many as in a minute)', parseCount)
    .action(async (name: string, options: SetOptions, command: Command) => {
      const { requestsPerMinute: perMinute, requestBurst: burst, ...limits } = options
      if (perMinute === undefined && burst !== undefined)
        command.error("error: option '--request-burst' must come with --requests-per-minute")
      const config: SubscriptionConfig = {
        ...limits,
        ...(perMinute !== undefined && { requestRate: { perMinute, ...(burst !== undefined && { burst }) } }),
      }
      const waybill = await cli.connect()
      await show(cli, await waybill.subscriptions.put(name, config, { signal: cli.interrupt }))
    })
  subscriptions
    .command('delete')
    .description('Returns a subscription to the defaults; its jobs and tokens stay as they are.')
    .argument('<name>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      await waybill.subscriptions.delete(name, { signal: cli.interrupt })
      await cli.print({ subscription: name, deleted: true }, () => [`${name} has the defaults`])
    })
}

async function show(cli: Cli, subscription: Subscription): Promise<void> {
  await cli.print(subscription, () =>
    formatFields([
      ['subscription', subscription.name],
      ['origin', subscription.origin],
      ['weight', String(subscription.weight)],
      ['pending items', limitText(subscription.maxPendingItems)],
      ['open jobs', limitText(subscription.maxOpenJobs)],
      ['running calls', limitText(subscription.maxRunningCalls)],
      ['requests', rateText(subscription)],
    ]),
  )
}

function limitText(limit: number | null): string {
  return limit === null ? 'no limit' : String(limit)
}

function rateText({ requestRate }: Pick<Subscription, 'requestRate'>): string {
  return requestRate === null ? 'no limit' : `${requestRate.perMinute} a minute, ${requestRate.burst} at once`
}

function parseWeight(text: string): number {
  const weight = Number(text)
  if (text.trim() !== '' && weight >= 0.01 && weight <= 1000) return weight
  throw new InvalidArgumentError('It must be a number from 0.01 to 1000.')
}
