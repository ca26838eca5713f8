import { type WebhookEventType, webhookEventTypes } from '@waybill/spec'
import { type Command, InvalidArgumentError } from 'commander'
import type { Cli } from '../cli.ts'
import { forwardWebhooks } from '../forward-webhooks.ts'
import { collectList, parseList } from '../read-options.ts'

const help = `
For a machine that the server cannot reach. Events are read from the server, signed with a secret of their own that is printed first, and sent to your
receiver one after another; one that fails is not sent again. Until it ends there is a disabled webhook endpoint, which is then deleted.

Examples:
  $ waybill webhooks listen --forward-to http://localhost:3000/waybill
  $ waybill webhooks listen --forward-to http://localhost:3000/waybill --events job.ended,item.parked --json`

interface ListenOptions {
  readonly forwardTo: string
  readonly events?: WebhookEventType[]
  readonly channel?: string[]
}

export function addListenCommand(webhooks: Command, cli: Cli): void {
  webhooks
    .command('listen')
    .summary('forward events to a receiver on this machine')
    .description('Forwards events as they happen to a receiver that the server cannot reach, until Ctrl-C.')
    .requiredOption('--forward-to <url>', 'where your receiver listens, http or https', parseUrl)
    .option('--events <type>', 'only these types of events, such as job.ended; may be repeated', collectEvents)
    .option('-c, --channel <name>', 'only events of these channels; may be repeated', collectList)
    .addHelpText('after', help)
    .action(async ({ forwardTo, events, channel }: ListenOptions) => {
      const waybill = await cli.connect({ patient: true })
      await forwardWebhooks(cli, waybill, { forwardTo, eventTypes: events ?? [], channels: channel ?? [] })
    })
}

/** `job.ended,job.blocked`, also repeated. */
export function collectEvents(text: string, before: readonly WebhookEventType[] = []): readonly WebhookEventType[] {
  const found = parseList(text).map((name) => {
    const type = webhookEventTypes.find((one) => one === name)
    if (type === undefined) throw new InvalidArgumentError(`It must be some of ${webhookEventTypes.join(', ')}.`)
    return type
  })
  return [...new Set([...before, ...found])]
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href
  throw new InvalidArgumentError('It must be a URL such as http://localhost:3000/waybill.')
}
