import { Command } from 'commander'
import type { Cli, GlobalOptions } from './cli.ts'
import { formatErrorLine, usageError } from './explain-error.ts'
import { addAuditCommand } from './commands/audit.ts'
import { addChannelsCommand } from './commands/channels.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addControlCommands } from './commands/control-job.ts'
import { addDeadLettersCommand } from './commands/dead-letters.ts'
import { addExecutionsCommand } from './commands/executions.ts'
import { addFailuresCommand } from './commands/failures.ts'
import { addItemsCommand } from './commands/items.ts'
import { addListCommand } from './commands/list.ts'
import { addLoginCommands } from './commands/login.ts'
import { addMapCommand } from './commands/map.ts'
import { addMetricsCommand } from './commands/metrics.ts'
import { addParkedCommand } from './commands/parked.ts'
import { addResultsCommand } from './commands/results.ts'
import { addRetryCommand } from './commands/retry.ts'
import { addSearchCommand } from './commands/search.ts'
import { addServersCommand } from './commands/servers.ts'
import { addStatsCommand } from './commands/stats.ts'
import { addStatusCommand } from './commands/status.ts'
import { addSubmitCommand } from './commands/submit.ts'
import { addSubscriptionsCommand } from './commands/subscriptions.ts'
import { addTopCommand } from './commands/top.ts'
import { addTokensCommands } from './commands/tokens.ts'
import { addWaitCommand } from './commands/wait.ts'
import { addWebhooksCommand } from './commands/webhooks.ts'
import { addWhyCommand } from './commands/why.ts'
import { version } from './version.ts'

const help = `
A job is one bulk request: hand it over, and see how far it is, what failed and why.
  $ waybill submit prices.csv --channel shop-eu --object-type price --action update --id sku
  $ waybill failures job_...
  $ waybill retry job_...

Data goes to stdout, everything else to stderr. With --json stdout is for programs: a single result is one JSON line, a list is one line per
entry, and an error is one JSON line on stderr.

Exit code: 0 done, and all items of the job that was waited for succeeded; 1 some did not; 2 wrong usage, or a file that cannot be read;
3 the server refused or could not be reached; 4 stopped by --timeout or Ctrl-C, while the job continues; 5 only parked items are left
(--fail-on-parked).

Environment: WAYBILL_URL and WAYBILL_TOKEN take precedence over what login saved; NO_COLOR switches colours off.

waybill help <command> shows more about a command, with examples.`

/**
 * All commands. Parsing throws CommanderError for wrong usage, and for help and version too.
 * @param json whether wrong usage is reported to a program: it is found before the options are known
 */
export function createProgram(cli: Cli, json: boolean): Command {
  const program = new Command('waybill')
    .description('Submit a batch, get a waybill, and know where every parcel is.')
    .version(version, '-V, --version', 'print the version')
    .option('--url <url>', 'the server (default: $WAYBILL_URL, what login saved, or http://localhost:8080)')
    .option('--json', 'print data as JSON, for programs')
    .option('-q, --quiet', 'print only data and errors')
    .option('--no-input', 'never ask: what would have to be asked is an error')
    .addHelpText('after', help)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeErr: (text) => void cli.terminal.stderr.write(text),
      outputError: (text, write) => write(explainUsage(text, json)),
    })
    .showSuggestionAfterError()
    .showHelpAfterError(json ? false : '(waybill --help, or waybill help <command>, shows how it is used)')
    .hook('preAction', (_, command) => cli.configure(command.optsWithGlobals<GlobalOptions>()))

  addSubmitCommand(program, cli)
  addWaitCommand(program, cli)
  addStatusCommand(program, cli)
  addWhyCommand(program, cli)
  addListCommand(program, cli)
  addSearchCommand(program, cli)
  addTopCommand(program, cli)
  addMapCommand(program, cli)
  addStatsCommand(program, cli)
  addMetricsCommand(program, cli)
  addServersCommand(program, cli)
  addItemsCommand(program, cli)
  addFailuresCommand(program, cli)
  addResultsCommand(program, cli)
  addRetryCommand(program, cli)
  addControlCommands(program, cli)
  addChannelsCommand(program, cli)
  addDeadLettersCommand(program, cli)
  addParkedCommand(program, cli)
  addExecutionsCommand(program, cli)
  addWebhooksCommand(program, cli)
  addTokensCommands(program, cli)
  addSubscriptionsCommand(program, cli)
  addAuditCommand(program, cli)
  addLoginCommands(program, cli)
  addCompletionCommand(program, cli)
  return program
}

/** @param text as Commander says it: `error: unknown option '--x'` */
function explainUsage(text: string, json: boolean): string {
  const message = text.replace(/^error: (.)/, (_, first: string) => first.toUpperCase())
  return json ? `${formatErrorLine({ ...usageError, message: message.trim() })}\n` : message
}
