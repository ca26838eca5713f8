import type { SecureContextOptions } from 'node:tls'
import { readTlsFiles, type TlsFiles, type TlsIdentity } from './config/tls-files.ts'
import type { Logger } from './runtime/logger.ts'

/** A server whose certificate can be replaced while it listens. */
interface TlsServer {
  setSecureContext(options: SecureContextOptions): void
}

/** Reports until when a certificate is valid. */
export function reportCertificate({ validUntilMs }: Pick<TlsIdentity, 'validUntilMs'>, logger: Logger): void {
  const validUntil = new Date(validUntilMs).toISOString()
  if (validUntilMs <= Date.now()) logger.warn({ validUntil }, 'The TLS certificate has ended: clients refuse it')
  else logger.info({ validUntil }, 'TLS certificate read')
}

/** Reads certificate and key anew, for connections made from now on. When they cannot be used, those before stay, and the log has the reason. */
export function replaceCertificate(server: TlsServer, { tls, logger }: { tls: TlsFiles; logger: Logger }): void {
  try {
    const { cert, key, minVersion, validUntilMs } = readTlsFiles(tls)
    server.setSecureContext({ cert, key, minVersion })
    reportCertificate({ validUntilMs }, logger)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ reason }, 'TLS certificate not replaced')
  }
}
