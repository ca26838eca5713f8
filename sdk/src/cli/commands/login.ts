import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { chooseConnection } from '../connection.ts'
import { removeLogin, writeLogin } from '../login-file.ts'
import { readSecret } from '../read-secret.ts'

const help = `
The token is prompted for without echo, or read from standard input; it is never an option, as options appear in the shell's history
and in the list of processes. It is saved in waybill/login.json in $XDG_CONFIG_HOME or ~/.config, readable only by you, and is sent to
this server only. WAYBILL_URL and WAYBILL_TOKEN take precedence over it.

Examples:
  $ waybill login --url https://waybill.example
  $ pass show waybill | waybill login --url https://waybill.example`

export function addLoginCommands(program: Command, cli: Cli): void {
  program
    .command('login')
    .summary('save the address of a server and the token for it')
    .description('Saves the address of a server and the access token for it, after a request has verified them.')
    .option('--no-token', 'the server requires none, as with --dev')
    .addHelpText('after', help)
    .action(({ token }: { token: boolean }) => logIn(cli, token))
  program
    .command('logout')
    .summary('delete them')
    .description('Deletes what login saved.')
    .action(async () => {
      const removed = await removeLogin(cli.loginFile)
      cli.say(removed ? `Removed ${cli.loginFile}` : 'There was no login')
    })
}

async function logIn(cli: Cli, requiresToken: boolean): Promise<void> {
  const connection = chooseConnection(cli.globals.url, cli.env, null)
  const { url } = connection
  const token = requiresToken ? await readToken(cli, url) : null
  const typed = token === null ? null : ('typed' as const)
  const waybill = cli.connectTo({ ...connection, token: token ?? undefined, tokenFrom: typed })
  // Any valid token is enough for it: what is wrong is better seen now than by tonight's run.
  await waybill.self({ signal: cli.interrupt })
  await writeLogin(cli.loginFile, { url, token })
  await cli.print({ url, file: cli.loginFile }, () => [`Logged in to ${url}`])
  if (token !== null && isReadable(url)) cli.say('The token is sent without encryption: use https')
}

async function readToken(cli: Cli, url: string): Promise<string> {
  const token = (await readSecret(cli, `Access token for ${url}: `)).trim()
  if (token === '')
    throw new UsageError(
      `Cannot log in to ${url} as an access token is required: none was entered or piped in; --no-token logs in without one`,
    )
  if (/\s/.test(token)) {
    throw new UsageError(`Cannot log in to ${url} as the token must be one word: it contains spaces or line breaks`)
  }
  return token
}

/** By others on the way. */
function isReadable(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\.|\[::1\])/.test(hostname)
}
