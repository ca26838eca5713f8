import {
  type JobWebhook,
  jobWebhookEventTypes,
  type JobWebhooks,
  type WebhookEndpointState,
  webhookEndpointStates,
  type WebhookSecretHint,
} from '@waybill/spec'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { formatFields } from '../output/table.ts'
import { parseDuration } from '../read-options.ts'

/** The commands for the webhooks of jobs (`waybill submit --webhook`). */
export function addJobWebhookCommands(webhooks: Command, cli: Cli): void {
  webhooks
    .command('jobs')
    .summary('the webhooks of single jobs: their state and secrets')
    .description(
      'Shows whether the webhooks of jobs (waybill submit --webhook) are called, and which secrets sign their events.',
    )
    .addOption(new Option('--state <state>', 'call them, or let their events wait').choices(webhookEndpointStates))
    .action(async ({ state }: { state?: WebhookEndpointState }) => {
      const { ofJobs } = (await cli.connect()).webhooks
      const { interrupt: signal } = cli
      const found = state === undefined ? await ofJobs.get({ signal }) : await ofJobs.update({ state }, { signal })
      await cli.print(found, () =>
        formatFields([
          ['state', found.state],
          ['secrets', secretsOf(found)],
        ]),
      )
    })
  webhooks
    .command('rotate-jobs')
    .summary('make a new secret for the webhooks of jobs')
    .description(
      'Makes a new secret that signs the events of all webhooks of jobs, and prints it; the previous one holds for a while.',
    )
    .option(
      '--grace <duration>',
      'how long the previous one holds, such as 12h; 0 for not at all (default: 1d)',
      parseDuration,
    )
    .action(async ({ grace }: { grace?: number }) => {
      const waybill = await cli.connect()
      const graceSeconds = grace === undefined ? undefined : Math.ceil(grace / 1000)
      const rotated = await waybill.webhooks.ofJobs.rotateSecret({ graceSeconds, signal: cli.interrupt })
      cli.say("Rotated the secret of jobs' webhooks; it is shown only once")
      await cli.print(rotated, () => [rotated.secret])
    })
}

/** `https://pim.example/done,job.started,job.ended`: a URL, and the types of events that it receives. */
export function parseJobWebhook(text: string): JobWebhook {
  const words = text.split(',')
  const events: NonNullable<JobWebhook['events']> = []
  while (words.length > 1) {
    const type = jobWebhookEventTypes.find((one) => one === words.at(-1))
    if (type === undefined) break
    if (!events.includes(type)) events.unshift(type)
    words.pop()
  }
  const url = words.join(',')
  if (URL.canParse(url) && /^https?:/.test(url)) return events.length === 0 ? { url } : { url, events }
  throw new InvalidArgumentError(
    `It must be a URL, and perhaps some of ${jobWebhookEventTypes.join(', ')}, such as https://pim.example/done,job.ended.`,
  )
}

function secretsOf({ secretHints }: JobWebhooks): string {
  return secretHints.map(describeSecret).join(', ') || 'none'
}

export function describeSecret({ endsWith, expiresAt }: WebhookSecretHint): string {
  return `…${endsWith}${expiresAt === null ? '' : ` (until ${expiresAt})`}`
}
