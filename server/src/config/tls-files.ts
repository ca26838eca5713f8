import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError } from './config-error.ts'

export const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const

/** Where the certificate of the server is, and what clients must speak. */
export interface TlsFiles {
  /** Absolute path of a PEM file: the server's certificate, then those between it and the root. */
  readonly certFile: string
  /** Absolute path of a PEM file: its private key, without a passphrase. */
  readonly keyFile: string
  readonly minVersion: (typeof tlsVersions)[number]
}

/** The content of the files, found to fit. */
export interface TlsIdentity extends Pick<TlsFiles, 'minVersion'> {
  readonly cert: Buffer
  readonly key: Buffer
  /** When the certificate ends, wall ms. */
  readonly validUntilMs: number
}

/** Reads certificate and key. @throws ConfigError names the file that cannot be used and why, without any of its content */
export function readTlsFiles({ certFile, keyFile, minVersion }: TlsFiles): TlsIdentity {
  const cert = read(certFile, 'tls.certFile')
  const key = read(keyFile, 'tls.keyFile')
  const certificate = parsed(() => new X509Certificate(cert), `tls.certFile must be a certificate in PEM: ${certFile}`)
  const privateKey = parsed(
    () => createPrivateKey(key),
    `tls.keyFile must be a private key in PEM without a passphrase: ${keyFile}`,
  )
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ConfigError(`Cannot start as tls.keyFile must be the key of tls.certFile: ${keyFile} is another one`)
  }
  parsed(() => createSecureContext({ cert, key, minVersion }), `tls.certFile must be usable for TLS: ${certFile}`)
  return { cert, key, minVersion, validUntilMs: Date.parse(certificate.validTo) }
}

function read(file: string, name: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
    throw new ConfigError(`Cannot start as ${name} must be a file that this user may read: ${file}: ${code}`)
  }
}

function parsed<T>(parse: () => T, requirement: string): T {
  try {
    return parse()
  } catch (error) {
    // OpenSSL names what it expected, and nothing of what it read.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is not'
    throw new ConfigError(`Cannot start as ${requirement}: ${code}`)
  }
}
