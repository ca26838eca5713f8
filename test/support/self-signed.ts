import crypto from 'node:crypto'
import { isIPv4 } from 'node:net'

export interface SelfSigned {
  /** PEM. */
  readonly cert: string
  readonly key: string
}

/** A certificate of its own authority for host names and IPv4 addresses (RFC 5280), valid for a day from `fromMs`. */
export function selfSigned(hosts: readonly string[], fromMs = Date.now() - 60_000): SelfSigned {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(oid('550403'), tagged(0x0c, Buffer.from(hosts[0]!)))))
  const names = hosts.map((host) =>
    isIPv4(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host)),
  )
  const extensions = [
    extension('551d13', sequence(tagged(0x01, Buffer.from([0xff])))), // it may sign: itself
    extension('551d11', sequence(...names)),
  ]
  const algorithm = sequence(oid('2a8648ce3d040302'))
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), crypto.randomBytes(15)])),
    algorithm,
    name,
    sequence(time(fromMs), time(fromMs + 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), crypto['sign']('sha256', content, privateKey)]))
  const lines = sequence(content, algorithm, signature)
    .toString('base64')
    .match(/.{1,64}/g)!
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function tagged(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const { length } = body
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), body])
}

const sequence = (...content: readonly Buffer[]): Buffer => tagged(0x30, ...content)
const set = (...content: readonly Buffer[]): Buffer => tagged(0x31, ...content)
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes)
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'))
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), tagged(0x04, value))

function time(ms: number): Buffer {
  const digits = new Date(ms)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2)
  return tagged(0x17, Buffer.from(digits))
}
