import type { Server as TlsServer } from 'node:https'
import packageJson from '../package.json' with { type: 'json' }
import { adminToken } from './admin-token.ts'
import { createServer, type ServerOptions } from './app.ts'
import { requireSharedSecrets } from './cluster/shared-secrets.ts'
import { type Command, type Config, ConfigError, readCommand, usage } from './config.ts'
import type { MigrateCommand } from './config/migrate-command.ts'
import { createTokenOnFolder } from './create-token.ts'
import { runFolderCommand } from './folder-commands.ts'
import { RunningMember } from './running-member.ts'
import { jsonLogger } from './runtime/json-logger.ts'
import { listenerUrl } from './runtime/listener-url.ts'
import type { Logger } from './runtime/logger.ts'
import { replaceCertificate } from './tls-certificate.ts'
import { warnAtStart, warnOfPrivateAddresses } from './start-warnings.ts'

/*
 * The process: reads the configuration, starts, stops on a signal. Exit codes: 0 stopped, 1 could not start or continue, 2 used wrongly.
 */

type Server = Awaited<ReturnType<typeof createServer>>

/** Running calls get 30 s, then their outcomes are committed: whoever takes longer than this hangs. */
const STOP_MS = 60_000

process.exitCode = await run()

async function run(): Promise<number | undefined> {
  let command: Command
  try {
    command = readCommand(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
  switch (command.action) {
    case 'help':
      process.stdout.write(usage)
      return 0
    case 'version':
      process.stdout.write(`${packageJson.version}\n`)
      return 0
    case 'verify':
    case 'backup':
    case 'restore':
    case 'rotate':
    case 'prune':
      return runFolderCommand(command)
    case 'token':
      return await createTokenOnFolder(command)
    case 'migrate':
      return await migrate(command)
    case 'serve':
      return serve(command.config, jsonLogger())
  }
}

/** Loads what only this command needs: a server on a folder knows no database. */
async function migrate(command: MigrateCommand): Promise<number> {
  const { migrateFolder } = await import('./migrate-folder.ts')
  return await migrateFolder(command)
}

/** Returns once the server listens; the process then lives until a signal, or a fatal fault. */
async function serve(config: Config, logger: Logger): Promise<number | undefined> {
  let isStopping = false
  try {
    const { cluster } = config
    const keyIds = cluster === null ? [] : requireSharedSecrets(config)
    const { token, madeFile } = adminToken(config)
    if (madeFile !== null) logger.info({ file: madeFile }, 'Admin token made')
    warnAtStart(config, { token, logger })
    const options: ServerOptions = {
      logger,
      onFatal(error) {
        logger.error({ err: error }, 'Cannot continue as nothing can be made durable any more')
        process.exit(1)
      },
    }
    const complete = { ...config, adminToken: token }
    if (cluster !== null) {
      const member = new RunningMember({ ...complete, cluster }, { options, logger, keyIds })
      stopOnSignal(() => {
        isStopping = true
        return member.stop()
      }, logger)
      readCertificateOnSignal(() => member.listener, { config, logger })
      const app = await member.start()
      reportListening(app, { config, logger })
      return undefined
    }
    const app = await createServer(complete, options)
    stopOnSignal(() => app.close(), logger)
    readCertificateOnSignal(() => app.server, { config, logger })
    await app.listen({ port: config.port, host: config.host })
    reportListening(app, { config, logger })
    return undefined
  } catch (error) {
    if (isStopping) return undefined // the signal ends the process
    process.stderr.write(`${startFault(error, config)}\n`)
    process.exit(error instanceof ConfigError ? 2 : 1) // threads that did start would keep the process alive
  }
}

function reportListening(app: Server, { config, logger }: { config: Config; logger: Logger }): void {
  const url = listenerUrl(app.server, config)
  logger.info({ url, store: config.store, dev: config.dev, pid: process.pid }, 'Listening')
  void warnOfPrivateAddresses(config, logger)
}

function stopOnSignal(end: () => Promise<unknown>, logger: Logger): void {
  let stopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
    stopping = true
    logger.info({ signal }, 'Stopping')
    setTimeout(() => {
      logger.error({ seconds: STOP_MS / 1000 }, 'Could not stop in time')
      process.exit(1)
    }, STOP_MS).unref()
    end().then(
      () => {
        logger.info({}, 'Stopped')
        process.exit(0)
      },
      (error: unknown) => {
        logger.error({ err: error }, 'Could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** SIGHUP: a renewed certificate is used without a restart. */
function readCertificateOnSignal(
  listener: () => unknown,
  { config: { tls }, logger }: { config: Config; logger: Logger },
): void {
  if (tls === null) return
  process.on('SIGHUP', () => {
    replaceCertificate(listener() as TlsServer, { tls, logger })
  })
}

/** One line that says what is wrong; the whole story only of what nobody foresaw. */
function startFault(error: unknown, config: Config): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof ConfigError) return error.message
  const code = 'code' in error ? String(error.code) : ''
  const at = `${config.host}:${config.port}`
  switch (code) {
    case 'EADDRINUSE':
      return `Cannot listen on ${at} as the port must be free: another program has it`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `Cannot listen on ${at} as the host must be an address of this machine: it is not`
    case 'EACCES':
    case 'EPERM':
      return `Cannot start as this user must be allowed to: ${error.message}`
    case 'locked':
    case 'stale_epoch':
    case 'newer_schema':
    case 'damaged':
    case 'io':
    case 'disk_full':
    case 'unavailable':
    case 'key_missing':
      return error.message
    default:
      if ('syscall' in error) return `Cannot start as the system must allow what a start does: ${error.message}`
      return error.name === 'Error' && code === '' ? error.message : (error.stack ?? error.message)
  }
}
