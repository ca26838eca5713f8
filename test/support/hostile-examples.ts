import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { type OperationId, operations } from '@waybill/spec'
import {
  endsByItself,
  hostileParameters,
  hostileSession,
  hostileTexts,
  type HostileRequest,
  type Known,
  peerHeaders,
} from './hostile-heads.ts'
import type { Random } from './random.ts'

/*
 * Requests that are almost right: every example of the spec, changed at random places into what a stranger might send.
 */

interface Example {
  readonly operationId: OperationId
  readonly pathParams?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const folder = join(import.meta.dirname, '../../spec/examples/requests')
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Example)
  .filter(({ operationId }) => operationId in operations && endsByItself(operations[operationId]))

const hostileValues: readonly ((random: Random) => unknown)[] = [
  (random) => random.pick(hostileTexts),
  () => null,
  () => 1e308,
  () => -1,
  () => 2 ** 53,
  () => 0.1,
  () => true,
  () => [],
  () => ({}),
  (random) => Array.from({ length: random.whole(1, 300) }, () => ({})),
  (random) => nested(random.whole(2, 200)),
  (random) => Object.fromEntries(Array.from({ length: random.whole(1, 200) }, (_, n) => [`field${n}`, n])),
]

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let n = 0; n < depth; n++) value = n % 2 === 0 ? [value] : { a: value }
  return value
}

/** The same value with something hostile in one of its places. */
function spoilt(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return random.pick(hostileValues)(random)
  if (Array.isArray(value)) {
    if (value.length === 0) return [random.pick(hostileValues)(random)]
    const at = random.whole(0, value.length - 1)
    return value.map((entry: unknown, n) => (n === at ? spoilt(entry, random) : entry))
  }
  const entries = Object.entries(value)
  if (entries.length === 0 || random.chance(0.2)) return { ...value, [random.pick(hostileTexts)]: 1 }
  const [name, inner] = random.pick(entries)
  if (random.chance(0.1)) return Object.fromEntries(entries.filter(([other]) => other !== name))
  return { ...value, [name]: spoilt(inner, random) }
}

/** Fills the places that examples leave open: some lead to what there is, most to nothing. */
function filled(text: string, random: Random, known: Known): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const isJob = /jobid/i.test(name)
    const there = isJob ? random.pick(known.jobIds) : known.places[name]
    if (there !== undefined && random.chance(0.7)) return there
    return isJob ? 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708' : `none-${random.whole(0, 99)}`
  })
}

/** Makes a request; the same for the same state of `random`. */
export function hostileRequest(random: Random, known: Known): HostileRequest {
  const kind = random.next()
  const request =
    kind < 0.03 ? hostileSession(random) : kind < 0.2 ? hostileParameters(random, known) : hostileExample(random, known)
  return random.chance(0.05) ? { ...request, headers: { ...request.headers, ...peerHeaders(random) } } : request
}

function hostileExample(random: Random, known: Known): HostileRequest {
  const { channel, pageTokens } = known
  const example = random.pick(examples)
  const fill = (text: string): string => filled(text, random, known)
  const { method, path } = operations[example.operationId] as { method: string; path: string }
  const param = (value: string): string =>
    encodeURIComponent((random.chance(0.2) ? random.pick(hostileTexts) : fill(value)).toWellFormed())
  const target = path.replaceAll(/:(\w+)/g, (_, name: string) => param(example.pathParams?.[name] ?? 'x'))
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(example.query ?? {}))
    for (const value of [values].flat())
      query.append(name, random.chance(0.3) ? random.pick(hostileTexts) : fill(value))
  if (random.chance(0.1))
    query.append(random.pick(['pageToken', 'pageSize', 'fromIndex', 'from', 'x']), random.pick(hostileTexts))
  if (random.chance(0.05)) query.append('pageToken', damaged(random.pick(pageTokens), random))
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(example.headers ?? {})) headers[name.toLowerCase()] = fill(value)
  delete headers['prefer']
  if (random.chance(0.1)) headers['idempotency-key'] = random.pick(['', '"', 'x'.repeat(300), 'a b', '"ok"'])
  if (random.chance(0.05))
    headers['content-type'] = random.pick([
      '',
      'text/plain',
      'application/x-ndjson',
      'application/json; charset=utf-16',
    ])
  let body =
    example.body === undefined
      ? null
      : fill(JSON.stringify(random.chance(0.02) ? example.body : spoilt(example.body, random)))
  // Nothing is ever sent to another machine.
  body = body?.replaceAll(/https?:\/\/[\w.-]+/g, 'http://127.0.0.1:9').replaceAll('"sandbox"', `"${channel}"`) ?? null
  if (body !== null && random.chance(0.1)) body = body.slice(0, random.whole(0, body.length))
  const search = query.size === 0 ? '' : `?${query.toString()}`
  const asked = random.chance(0.03) ? random.pick(METHODS) : method.toUpperCase()
  return { method: asked, path: target + search, headers, body }
}

/** The same request with its body packed, in encodings that are taken and not. */
export function packed(request: HostileRequest, random: Random): PackedRequest {
  const { body } = request
  if (body === null || random.chance(0.9)) return request
  const [encoding, pack] = random.pick(encodings)
  const bytes = pack(body)
  // Some end too soon.
  const some = random.chance(0.2) ? bytes.subarray(0, random.whole(0, bytes.length)) : bytes
  return { ...request, headers: { ...request.headers, 'content-encoding': encoding }, body: some }
}

export interface PackedRequest extends Omit<HostileRequest, 'body'> {
  readonly body: string | Uint8Array | null
}

const encodings: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
  // It is none.
  ['gzip', (text) => Buffer.from(text)],
  ['gzip, br', gzipSync],
]

const METHODS = ['PATCH', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'TRACE', 'HEAD', 'GET', 'POST']

/** A page token as it was given, or with one of its characters changed. */
function damaged(token: string, random: Random): string {
  const at = random.whole(0, token.length - 1)
  return random.chance(0.3) ? token : `${token.slice(0, at)}${random.pick(['A', 'z', '-', ''])}${token.slice(at + 1)}`
}

/** Bytes after which a connection cannot be read on. */
const FRAMING_FAULTS: readonly string[] = [
  'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n',
  'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
  'POST /v1/jobs HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n',
  'GET /v1/jobs HTTP/1.1\r\nhost : a\r\n\r\n',
  'GET /v1/jobs HTTP/1.1\r\nx: a\u0000b\r\n\r\n',
  'GET /v1/jobs HTTP/9.9\r\nhost: a\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\u0016\u0003\u0001\u0000\u0001',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
]

/** Bytes of a connection, and how it goes on behind them. */
export interface HostileBytes {
  readonly bytes: string
  readonly requests: number
  /** `cut`: the client leaves in the middle of a body; `ends`: the server closes. */
  readonly end: 'cut' | 'ends'
}

/** Makes requests that are sent at once, of which the last is broken off, has a fault of framing, or is the last. */
export function hostileBytes(random: Random, known: Known, authorization: string): HostileBytes {
  const count = random.whole(1, 12)
  const texts = Array.from({ length: count }, () => textOf(hostileRequest(random, known), authorization))
  const kind = random.pick(['cut', 'fault', 'close'])
  if (kind === 'cut') {
    const body = `{"channel":"shop","objectType":"product","action":"update","source":"${CUT_SOURCE}","items":[{"id":"a"}]}`
    const cut = textOf(
      { method: 'POST', path: '/v1/jobs', headers: { 'content-type': 'application/json' }, body },
      authorization,
    )
    return { bytes: texts.join('') + cut.slice(0, -random.whole(1, body.length)), requests: count + 1, end: 'cut' }
  }
  const last =
    kind === 'fault'
      ? random.pick(FRAMING_FAULTS)
      : `GET /healthz/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`
  return { bytes: texts.join('') + last, requests: count + 1, end: 'ends' }
}

/** The `source` of jobs whose bodies never arrive whole: none of them may exist. */
export const CUT_SOURCE = 'cut-off'

function textOf({ method, path, headers, body }: HostileRequest, authorization: string): string {
  const length: Record<string, string> = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const all = Object.entries({ host: 'localhost', authorization, ...headers, ...length })
  const lines = all.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n\0]/g, ' ')}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`
}
