import { type Scope, scopes } from '@waybill/spec'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { formatCount, shorten } from '../output/printable.ts'
import { formatFields } from '../output/table.ts'
import { collectList, parseCount, parseDuration, parseList, parseTime } from '../read-options.ts'

const help = `
Scopes: ${scopes.join(', ')}. admin includes all others.

Examples:
  $ WAYBILL_TOKEN=$(waybill tokens create --name "nightly import" --scope jobs:read,jobs:write --expires-in 90d)
  $ waybill tokens create --name acme --scope jobs:write --subscription acme --json | jq -r .token
  $ waybill tokens create --name supplier --scope jobs:read,items:read --job job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --expires-in 7d
  $ waybill tokens
  $ waybill tokens revoke tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708`

const selfHelp = `
Examples:
  $ waybill self
  $ waybill self --json | jq -r .scopes[]`

interface CreateOptions {
  readonly name: string
  readonly scope: Scope[]
  readonly subscription?: string
  readonly job?: string[]
  readonly expiresAt?: string
  readonly expiresIn?: number
}

export function addTokensCommands(program: Command, cli: Cli): void {
  const tokens = program
    .command('tokens')
    .summary('create, list and revoke access tokens')
    .description('Shows access tokens: what each is for, what it may do, until when.')
    .addHelpText('after', help)
  tokens
    .command('list', { isDefault: true })
    .description('Lists access tokens, newest first.')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async ({ limit }: { limit?: number }) => {
      const waybill = await cli.connect()
      await printList(cli, waybill.tokens.list({ signal: cli.interrupt }), {
        header: ['TOKEN', 'NAME', 'SUBSCRIPTION', 'SCOPES', 'JOBS', 'CREATED AT', 'EXPIRES AT'],
        toRow: (token) => [
          token.id,
          shorten(token.name, 40),
          shorten(token.subscription, 40),
          token.scopes.join(','),
          token.jobs === null ? 'all' : formatCount(token.jobs.length),
          token.createdAt,
          token.expiresAt ?? 'never',
        ],
        limit,
        none: 'There are no access tokens',
      })
    })
  tokens
    .command('create')
    .description('Creates an access token and prints it; it is shown only this once.')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope>', 'what it may do, such as jobs:read; may be repeated', collectScopes)
    .option(
      '--subscription <name>',
      'the subscription that it acts for (default: your own); another one requires admin',
    )
    .option('--job <id>', 'bind it to this job: it reads it and nothing else; may be repeated', collectList)
    .option('--expires-at <time>', 'the time from which on it is refused (default: as your own token)', parseTime)
    .addOption(
      new Option('--expires-in <duration>', 'the same as a time from now, such as 12h or 90d')
        .argParser(parseDuration)
        .conflicts('expiresAt'),
    )
    .action(async ({ name, scope, subscription, job, expiresAt, expiresIn }: CreateOptions) => {
      const until = expiresIn === undefined ? expiresAt : new Date(Date.now() + expiresIn).toISOString()
      const waybill = await cli.connect()
      const made = await waybill.tokens.create(
        { name, scopes: scope, subscription, jobs: job, expiresAt: until },
        { signal: cli.interrupt },
      )
      cli.say(`Created ${made.id} for subscription ${made.subscription}; the token is shown only once`)
      await cli.print(made, () => [made.token ?? ''])
    })
  tokens
    .command('revoke')
    .description('Revokes an access token at once: requests that run with it are cut off.')
    .argument('<token-id>', 'its id, tok_...; not the token itself')
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await waybill.tokens.revoke(id, { signal: cli.interrupt })
      await cli.print({ token: id, revoked: true }, () => [`${id} revoked`])
    })
  program
    .command('self')
    .summary('show who you are to the server')
    .description('Shows who the caller is to the server: subscription, scopes, and until when they hold.')
    .addHelpText('after', selfHelp)
    .action(async () => {
      const waybill = await cli.connect()
      const self = await waybill.self({ signal: cli.interrupt })
      await cli.print(self, () =>
        formatFields([
          ['caller', self.kind],
          ['token', self.tokenId],
          ['name', self.tokenName],
          ['subscription', self.subscription],
          ['scopes', self.scopes.join(', ')],
          ['jobs', self.jobs === null ? null : self.jobs.join(', ')],
          ['expires', self.tokenId === null ? null : (self.expiresAt ?? 'never')],
        ]),
      )
    })
}

function collectScopes(text: string, before: readonly Scope[] = []): readonly Scope[] {
  const found = parseList(text).map((name) => {
    const scope = scopes.find((one) => one === name)
    if (scope === undefined) throw new InvalidArgumentError(`It must be some of ${scopes.join(', ')}.`)
    return scope
  })
  return [...new Set([...before, ...found])]
}
