import type { Credentials, CredentialsEntry } from '@waybill/spec'
import { type Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { printList } from '../output/print-list.ts'
import { readSecret } from '../read-secret.ts'

const help = `
The secret is prompted for without echo, or read from standard input; it is never an option, as options appear in the shell's history
and in the list of processes. No command shows it again.

Examples:
  $ waybill channels credentials shop-eu
  $ waybill channels credentials set shop-eu acme
  $ pass show shop/acme | waybill channels credentials set shop-eu acme --type basic --username acme
  $ waybill channels credentials set shop-eu '*' --type header --name x-api-key    # of all that have none of their own
  $ waybill channels credentials delete shop-eu acme`

const types = ['bearer', 'basic', 'header', 'hmac', 'oauth2_client_credentials'] as const

interface SetOptions {
  readonly type: Credentials['type']
  readonly target: CredentialsEntry['target']
  readonly username?: string
  readonly name?: string
  readonly algorithm?: 'sha256' | 'sha512' | 'sha1'
  readonly encoding?: 'hex' | 'base64' | 'base64url'
  readonly prefix?: string
  readonly content?: string
  readonly timestampHeader?: string
  readonly tokenUrl?: string
  readonly clientId?: string
  readonly scope?: string
}

/** Options of each type; the first ones are required. */
const optionsOf: Readonly<
  Record<
    Credentials['type'],
    { readonly required: readonly (keyof SetOptions)[]; readonly other: readonly (keyof SetOptions)[] }
  >
> = {
  bearer: { required: [], other: [] },
  basic: { required: ['username'], other: [] },
  header: { required: ['name'], other: [] },
  hmac: { required: ['name'], other: ['algorithm', 'encoding', 'prefix', 'content', 'timestampHeader'] },
  oauth2_client_credentials: { required: ['tokenUrl', 'clientId'], other: ['scope'] },
}

const target = (): Option =>
  new Option('--target <calls>', 'the calls that they are for: those that deliver, or those that resolve payloads')
    .choices(['connector', 'payload'])
    .default('connector')

export function addCredentialsCommand(channels: Command, cli: Cli): void {
  const credentials = channels
    .command('credentials')
    .summary('list, set and delete the credentials of a channel')
    .description('Shows which subscriptions have credentials for a channel, never their secrets.')
    .addHelpText('after', help)
  credentials
    .command('list', { isDefault: true })
    .description('Lists the credentials of a channel.')
    .argument('<channel>', 'its name')
    .action(async (name: string) => {
      const waybill = await cli.connect()
      const entries = await waybill.channels.listCredentials(name, { signal: cli.interrupt })
      await printList(cli, iterate(entries), {
        header: ['SUBSCRIPTION', 'TARGET', 'TYPE', 'SENT TO', 'IN USE', 'SET BY', 'UPDATED'],
        toRow: (entry) => [
          ...[entry.subscription, entry.target, entry.type, entry.sentTo ?? '', entry.inUse ? 'yes' : 'no'],
          ...[entry.origin, entry.updatedAt ?? ''],
        ],
        limit: 0,
        none: `Channel ${name} has no credentials`,
      })
    })
  credentials
    .command('set')
    .description(
      'Sets the credentials of a subscription, from the next call on. Their secret is prompted for, or read from standard input.',
    )
    .argument('<channel>', 'its name')
    .argument('<subscription>', 'whose they are; * for all that have none of their own')
    .addOption(new Option('--type <type>', 'their type').choices(types).default('bearer'))
    .addOption(target())
    .option('--username <name>', 'basic: the user name')
    .option('--name <header>', 'header, hmac: the name of the header')
    .addOption(new Option('--algorithm <hash>', 'hmac: the hash function').choices(['sha256', 'sha512', 'sha1']))
    .addOption(
      new Option('--encoding <form>', 'hmac: how the signature is written').choices(['hex', 'base64', 'base64url']),
    )
    .option('--prefix <text>', 'hmac: text in front of the signature')
    .option('--content <expression>', 'hmac: the content that is signed, by default the body')
    .option('--timestamp-header <header>', 'hmac: a header with the time of the call')
    .option('--token-url <url>', 'oauth2_client_credentials: the token endpoint')
    .option('--client-id <id>', "oauth2_client_credentials: the client's id")
    .option('--scope <scope>', 'oauth2_client_credentials: the scope to ask for')
    .action(async (channel: string, subscription: string, options: SetOptions) => {
      requireOptions(options)
      const waybill = await cli.connect()
      const secret = await readOneSecret(cli, { channel, subscription, type: options.type })
      const set = { subscription, target: options.target, credentials: credentialsOf(options, secret) }
      const entry = await waybill.channels.setCredentials(channel, set, { signal: cli.interrupt })
      await cli.print(entry, () => [
        `${entry.type} credentials of ${entry.subscription} set for the ${entry.target} of ${channel}, sent to ${entry.sentTo ?? 'its connector'} alone`,
      ])
    })
  credentials
    .command('delete')
    .description('Deletes credentials of a channel that were set over the API.')
    .argument('<channel>', 'its name')
    .argument('<subscription>', 'whose they are')
    .addOption(target())
    .action(async (channel: string, subscription: string, options: Pick<SetOptions, 'target'>) => {
      const waybill = await cli.connect()
      await waybill.channels.deleteCredentials(channel, { subscription, ...options }, { signal: cli.interrupt })
      await cli.print({ channel, subscription, ...options, deleted: true }, () => [
        `Credentials of ${subscription} for the ${options.target} of ${channel} deleted`,
      ])
    })
}

/** @throws UsageError an option is missing, or belongs to another type */
function requireOptions(options: SetOptions): void {
  const { required, other } = optionsOf[options.type]
  const fault = (name: keyof SetOptions, wanted: string): UsageError =>
    new UsageError(`Cannot set credentials as --${flagOf(name)} must be ${wanted} with --type ${options.type}`)
  for (const name of required) if (options[name] === undefined) throw fault(name, 'given')
  const known: readonly (keyof SetOptions)[] = ['type', 'target', ...required, ...other]
  for (const name of Object.keys(options) as (keyof SetOptions)[])
    if (!known.includes(name)) throw fault(name, 'left out')
}

function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

async function readOneSecret(
  cli: Cli,
  { channel, subscription, type }: { readonly channel: string; readonly subscription: string; readonly type: string },
): Promise<string> {
  const secret = (await readSecret(cli, `Secret (${type}) of ${subscription} for ${channel}: `)).replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw new UsageError('Cannot set credentials as a secret is required: none was entered or piped in')
}

function credentialsOf(options: SetOptions, secret: string): Credentials {
  const { type, username = '', name = '', tokenUrl = '', clientId = '', scope } = options
  switch (type) {
    case 'bearer':
      return { type, token: secret }
    case 'basic':
      return { type, username, password: secret }
    case 'header':
      return { type, name, value: secret }
    case 'hmac': {
      const { algorithm, encoding, prefix, content, timestampHeader } = options
      return {
        ...{ type, header: name, secret },
        ...(algorithm && { algorithm }),
        ...(encoding && { encoding }),
        ...(prefix && { prefix }),
        ...(content && { content }),
        ...(timestampHeader && { timestampHeader }),
      }
    }
    case 'oauth2_client_credentials':
      return { type, tokenUrl, clientId, clientSecret: secret, ...(scope && { scope }) }
  }
}

async function* iterate<Entry>(entries: readonly Entry[]): AsyncGenerator<Entry, void, undefined> {
  yield* entries
}
