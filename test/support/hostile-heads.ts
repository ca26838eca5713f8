import { type JsonSchema, type Operation, operations } from '@waybill/spec'
import type { Random } from './random.ts'

/*
 * Heads of requests that are almost right: of every operation with the parameters that the spec names, of the dashboard's sessions, and with
 * headers that only servers of a cluster send.
 */

/** A request as it is sent. */
export interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string | null
}

/** Names of what exists, for requests to use. */
export interface Known {
  readonly jobIds: readonly string[]
  /** Takes the place of that of the examples. */
  readonly channel: string
  /** Of lists of the same caller. */
  readonly pageTokens: readonly string[]
  /** Things that may be changed and deleted, by the name of the path parameter. */
  readonly places: Readonly<Record<string, string>>
}

export const hostileTexts = [
  '',
  ' ',
  '\u0000',
  '../../x',
  '%00',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  '\ud800',
  'x'.repeat(3000),
  '１２',
  '=1+1',
  '-0',
  '1e400',
  'null',
]

/** Streams of events end when the client goes: nothing to wait for here. */
export function endsByItself({ operationId }: Pick<Operation, 'operationId'>): boolean {
  return operationId !== 'streamEvents' && operationId !== 'streamUpdates'
}

const all = Object.values<Operation>(operations).filter(endsByItself)

/** Makes a request without a body to any operation, each of its parameters left out, valid or hostile, once or several times. */
export function hostileParameters(random: Random, known: Known): HostileRequest {
  const { method, path, parameters } = random.pick(all)
  const target = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const there = name === 'jobId' ? random.pick(known.jobIds) : name === 'channel' ? 'none' : known.places[name]
    return encodeURIComponent((random.chance(0.8) ? there : undefined) ?? random.pick(hostileTexts).toWellFormed())
  })
  const query = new URLSearchParams()
  const { properties = {} } = parameters.query as { properties?: Record<string, JsonSchema> }
  for (const [name, schema] of Object.entries(properties)) {
    if (random.chance(0.5)) continue
    for (let n = random.chance(0.1) ? random.whole(2, 40) : 1; n > 0; n--) query.append(name, valueOf(schema, random))
  }
  // Nothing of the channel that honest work needs is changed.
  return { method, path: query.size === 0 ? target : `${target}?${query.toString()}`, headers: {}, body: null }
}

function valueOf(schema: JsonSchema, random: Random): string {
  const { items, enum: words, minimum, maximum } = schema as ParameterSchema
  if (random.chance(0.3)) return random.pick(hostileTexts)
  if (items !== undefined) return valueOf(items, random)
  if (words !== undefined) return String(random.pick(words))
  if (minimum !== undefined || maximum !== undefined)
    return String(random.pick([minimum ?? 0, maximum ?? 2 ** 53, (maximum ?? 1) + 1, -1, 0.5]))
  return random.pick(['shop', 'sku-1', '2026-01-01T00:00:00Z', '9999-12-31T23:59:60Z', 'true', 'failed', '%', '*'])
}

interface ParameterSchema {
  readonly items?: JsonSchema
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
}

/** Makes a request for a session of the dashboard, as of a page of its own, of another one, or of none. */
export function hostileSession(random: Random): HostileRequest {
  const headers: Record<string, string> = {}
  if (random.chance(0.8)) headers['waybill-dashboard'] = random.pick(['1', '', 'x'.repeat(3000)])
  if (random.chance(0.5)) headers['sec-fetch-site'] = random.pick(['same-origin', 'cross-site', 'none', ''])
  if (random.chance(0.5))
    headers['cookie'] = `__Host-waybill-session=${random.pick(['', 'wbs_x', `wbs_${'y'.repeat(3000)}`, ';;==;'])}`
  if (random.chance(0.3)) headers['authorization'] = random.pick(['Bearer wbs_x', 'Bearer ', 'wbs_', 'Basic eDp4'])
  return { method: random.pick(['GET', 'POST', 'DELETE', 'PUT']), path: '/dashboard/session', headers, body: null }
}

/** Makes headers of another server of a cluster, which no caller may send. */
export function peerHeaders(random: Random): Record<string, string> {
  return {
    'waybill-peer': random.pick(['', 'x', 'eyJhbGciOiJub25lIn0.e30.', `eyJ${'x'.repeat(2000)}`]),
    'waybill-peer-caller': random.pick(['10.0.0.1; tls', '', '127.0.0.1', ';'.repeat(500)]),
    'waybill-peer-config': random.pick(['0', 'x'.repeat(64)]),
  }
}
