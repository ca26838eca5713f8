import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readAddressRange } from '../model/address-range.ts'
import { type TlsFiles, tlsVersions } from './tls-files.ts'

/** How callers reach the server, as a configuration has it. */
export interface NetworkInput {
  readonly publicUrl?: string
  readonly trustedProxies?: readonly string[]
  readonly tls?: Pick<TlsFiles, 'certFile' | 'keyFile'> & { readonly minVersion?: TlsFiles['minVersion'] }
}

/** How callers reach the server, checked and complete. */
export interface NetworkSettings {
  /** Where callers see the server: an http or https URL, or only a path; without a slash at its end. Null: where it listens. */
  readonly publicUrl: string | null
  /** Addresses and CIDR networks of proxies whose `X-Forwarded-For` names the caller. */
  readonly trustedProxies: readonly string[]
  /** Null: it speaks HTTP without TLS. */
  readonly tls: TlsFiles | null
}

/** Where something is wrong (JSON Pointer), and what is required. */
interface NetworkFault {
  readonly pointer: string
  readonly detail: string
}

export const networkProperties = {
  publicUrl: { type: 'string', minLength: 1, maxLength: 2048 },
  trustedProxies: { type: 'array', maxItems: 256, items: { type: 'string', minLength: 1, maxLength: 64 } },
  tls: {
    type: 'object',
    additionalProperties: false,
    properties: {
      certFile: { type: 'string', minLength: 1, maxLength: 4096 },
      keyFile: { type: 'string', minLength: 1, maxLength: 4096 },
      minVersion: { enum: [...tlsVersions] },
    },
    required: ['certFile', 'keyFile'],
  },
}

/** Where relative paths begin, and what a message calls that. */
interface Base {
  readonly folder: string
  readonly name: string
}

/** @param value valid by `networkProperties` */
export function networkFaults({ publicUrl, trustedProxies = [], tls }: NetworkInput, base: Base): NetworkFault[] {
  const faults: NetworkFault[] = []
  const fault = publicUrl === undefined ? null : publicUrlFault(publicUrl)
  if (fault !== null) faults.push({ pointer: '/publicUrl', detail: fault })
  for (const [n, text] of trustedProxies.entries()) {
    if (readAddressRange(text) !== null) continue
    const detail = 'must be an IP address or a network such as 10.0.0.0/8: it is not'
    faults.push({ pointer: `/trustedProxies/${n}`, detail })
  }
  for (const name of ['certFile', 'keyFile'] as const) {
    const path = tls === undefined ? null : resolve(base.folder, tls[name])
    if (path === null || existsSync(path)) continue
    faults.push({ pointer: `/tls/${name}`, detail: `must be a file, seen from ${base.name}: there is no ${path}` })
  }
  return faults
}

/** @param value without `networkFaults` */
export function networkSettings(
  { publicUrl, trustedProxies = [], tls }: NetworkInput,
  { folder }: Pick<Base, 'folder'>,
): NetworkSettings {
  return {
    publicUrl: publicUrl === undefined ? null : plainUrl(publicUrl),
    trustedProxies,
    tls:
      tls === undefined
        ? null
        : {
            certFile: resolve(folder, tls.certFile),
            keyFile: resolve(folder, tls.keyFile),
            minVersion: tls.minVersion ?? 'TLSv1.2',
          },
  }
}

/** An origin, if there is one, and a path of characters that need no escaping anywhere. */
const PUBLIC_URL = /^(?:https?:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?)?(?:\/[A-Za-z0-9._~-]+)*\/?$/i

/** Says why callers cannot see the server there, as the end of a sentence; null: they can. */
export function publicUrlFault(text: string): string | null {
  const isUrl = PUBLIC_URL.test(text) && URL.canParse(text, 'http://localhost')
  // Segments that a client would resolve, so that it would call another path.
  const isFixed = !/(^|\/)\.{1,2}(\/|$)/.test(text.replace(/^https?:\/\//i, ''))
  if (isUrl && isFixed) return null
  return `must be an http or https URL, or a path, of letters, digits and -._~ without user name, query and hash: it is not`
}

/** Returns a public URL as links begin with it. @param text without a `publicUrlFault` */
export function plainUrl(text: string): string {
  const path = text.replace(/^https?:\/\/[^/]*/i, '').replace(/\/$/, '')
  return text.startsWith('/') ? path : new URL(text).origin + path
}
