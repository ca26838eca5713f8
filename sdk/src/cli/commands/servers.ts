import type { Server } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { formatSeconds, shorten } from '../output/printable.ts'
import { formatTable } from '../output/table.ts'

const help = `
One server is active and does the work; those on standby forward requests to it, and one of them takes its place when it ends. Requires the scope
metrics; addresses require admin.

Examples:
  $ waybill servers
  $ waybill servers --json | jq -r 'select(.role == "active") | .name'`

export function addServersCommand(program: Command, cli: Cli): void {
  program
    .command('servers')
    .summary('list the servers that share the store')
    .description('Lists the servers that share the store: which one is active, and which take its place.')
    .addHelpText('after', help)
    .action(async () => {
      const waybill = await cli.connect()
      const servers = await waybill.servers.list({ signal: cli.interrupt })
      if (cli.json) {
        for (const server of servers) await cli.terminal.print(JSON.stringify(server))
        return
      }
      const lines = formatTable(
        ['SERVER', 'NAME', 'ROLE', 'VERSION', 'STARTED', 'LAST SIGN', 'CONFIG', 'ADDRESS'],
        servers.map((server) => [
          server.id,
          shorten(server.name, 40),
          roleText(server),
          shorten(server.version, 20),
          server.startedAt,
          `${formatSeconds(server.beatAgeSeconds)} ago`,
          server.configMatches ? 'same' : 'differs',
          shorten(server.address ?? '', 60),
        ]),
      )
      await cli.terminal.print(cli.terminal.stylePrinted('bold', lines[0]!))
      for (const line of lines.slice(1)) await cli.terminal.print(line)
      for (const { name, takeover, order } of servers as ListedServer[]) {
        if (takeover !== null) cli.say(takeoverText(name, takeover))
        if (order) cli.say(orderText(order))
      }
    })
}

/** A server of an earlier version says nothing of its order. */
type ListedServer = Omit<Server, 'order'> & Partial<Pick<Server, 'order'>>

function roleText({ role, draining }: Server): string {
  return draining ? `${role}, stopping` : role
}

function orderText({ checks, violations }: NonNullable<Server['order']>): string {
  const times = `${checks} ${checks === 1 ? 'turn' : 'turns'} of keys checked`
  return violations === 0
    ? `Order: ${times}, each passed to a later item`
    : `Order: ${times}, ${violations} of them not in order`
}

function takeoverText(name: string, { kind, at, quietUntil }: NonNullable<Server['takeover']>): string {
  const how = {
    none: `${name} is active since ${at}`,
    handover: `${name} took over at ${at}: the server before it stopped`,
    lease_ended: `${name} took over at ${at}: the server before it gave no more sign of life`,
  }[kind]
  return quietUntil === null ? how : `${how}; calls start at ${quietUntil}`
}
