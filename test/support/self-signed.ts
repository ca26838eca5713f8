import { isIPv4 } from 'node:net'
import { generate } from 'selfsigned'

const DAY_MS = 86_400_000

export interface SelfSigned {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

/** A certificate of its own authority for host names and IPv4 addresses, valid for a day from `fromMs`. */
export async function selfSigned(hosts: readonly string[], fromMs = Date.now() - 60_000): Promise<SelfSigned> {
  // The types are those of a GeneralName: 2 a DNS name, 7 an address (RFC 5280, section 4.2.1.6).
  const altNames = hosts.map((host) =>
    isIPv4(host) ? ({ type: 7, ip: host } as const) : ({ type: 2, value: host } as const),
  )
  const made = await generate([{ name: 'commonName', value: hosts[0]! }], {
    ...{ keyType: 'ec', curve: 'P-256', algorithm: 'sha256' },
    ...{ notBeforeDate: new Date(fromMs), notAfterDate: new Date(fromMs + DAY_MS) },
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames },
    ],
  })
  return { cert: made.cert, key: made.private }
}
