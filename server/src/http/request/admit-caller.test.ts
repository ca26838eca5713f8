import { connect, type Socket } from 'node:net'
import { type Operation, operations, type Scope } from '@waybill/spec'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../model/caller.ts'
import type { TokenId } from '../../model/ids.ts'
import { ProblemError } from '../../model/errors.ts'
import { buildHttp } from '../server.ts'
import { eventually, FakePorts, fakeSnapshot, JOB_ID } from '../testing/fake-ports.ts'

const BOUND: Caller = {
  ...{ subscription: 'default', scopes: 'all', actor: 'token' },
  token: { id: 'tok_1' as TokenId, name: 'x', expiresAtMs: null, jobs: [JOB_ID] },
}

/** A request that is being authenticated. */
interface Pending {
  admit(caller?: Partial<Caller>): void
  refuse(): void
}

let ports: FakePorts
let app: FastifyInstance
let pending: Pending[]
const sockets: Socket[] = []

beforeEach(() => {
  ports = new FakePorts()
  ports.show(fakeSnapshot(1, 'running'))
  pending = []
  // Scopes, separated by commas; `bound`: to a job, with all scopes; or `later`: the test decides.
  ports.authenticate = (authorization = '') => {
    const token = authorization.replace('Bearer ', '')
    if (token === 'bound') return Promise.resolve(BOUND)
    if (token !== 'later') return Promise.resolve(callerWith(token.split(',')))
    return new Promise((resolve, reject) => {
      const admit = (caller: Partial<Caller> = {}): void => resolve({ ...callerWith([]), scopes: 'all', ...caller })
      const refuse = (): void => reject(new ProblemError({ code: 'unauthenticated', detail: 'unknown' }))
      pending.push({ admit, refuse })
    })
  }
  app = buildHttp(ports)
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const request of pending) request.refuse()
  await app.close()
})

function callerWith(scopes: readonly string[]): Caller {
  return { subscription: 'default', scopes: new Set(scopes as Scope[]), actor: 'admin', token: null }
}

/** Asks for an operation, and for a job that there is not unless one is named. */
async function ask(
  { method, path, operationId }: Operation,
  scopes: readonly string[],
  jobId = 'job_00000000000000000000000000000000',
): Promise<[status: number, detail: string]> {
  const url = path.replace(':jobId', jobId).replace(':index', '0').replace(/:\w+/, 'one')
  // The stream of updates would not end: it is refused for a parameter, once its caller is admitted.
  const query = operationId === 'streamUpdates' ? '?none=1' : ''
  const answer = await app.inject({
    method,
    url: `${url}${query}`,
    headers: { authorization: `Bearer ${scopes.join()}` },
  })
  const { detail = '' } = answer.statusCode < 400 ? {} : answer.json<{ detail?: string }>()
  return [answer.statusCode, detail]
}

/** A raw connection that has sent the head of a request. */
async function send(request: string, headers: Record<string, string> = {}) {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const before = pending.length
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1')
  sockets.push(socket)
  const wire = { socket, text: '' }
  socket.setEncoding('utf8').on('data', (text: string) => (wire.text += text))
  socket.on('error', () => undefined)
  const all = { host: 'x', authorization: 'Bearer later', ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`${request} HTTP/1.1\r\n${lines.join('')}\r\n`)
  await eventually(() => pending.length).toBeGreaterThan(before)
  return wire
}

describe('the scopes of the spec', () => {
  const scoped = Object.values(operations).filter(({ scopes }) => (scopes?.length ?? 0) > 0)
  const every = [...new Set(scoped.flatMap(({ scopes }) => scopes ?? []))]

  it.each(scoped.map((operation) => [operation.operationId, operation] as const))(
    'admit a caller to %s that has them, and none that has all others',
    async (operationId, operation) => {
      const scopes = operation.scopes!
      expect((await ask(operation, scopes))[0]).not.toBe(403)
      for (const scope of scopes) {
        const others = every.filter((one) => one !== scope)
        const detail = `Cannot carry out ${operationId} as the token must have the scope ${scope}: it does not`
        expect(await ask(operation, others)).toEqual([403, detail])
      }
    },
  )

  it('admit every caller to an operation without any', async () => {
    expect(await ask(operations.getLimits, [])).toEqual([200, ''])
  })

  it('hold for HEAD, too', async () => {
    const head = (scope: string) =>
      app.inject({ method: 'HEAD', url: '/v1/jobs', headers: { authorization: `Bearer ${scope}` } })
    expect([(await head('items:read')).statusCode, (await head('jobs:read')).statusCode]).toEqual([403, 200])
  })

  it.each(Object.values(operations).map((operation) => [operation.operationId, operation] as const))(
    'let a token that is bound to jobs carry out %s only where the spec says so, and for them alone, whatever its scopes',
    async (operationId, operation) => {
      const [status, detail] = await ask(operation, ['bound'])
      if (operation.scopes === null) expect(status).toBe(200)
      else if (!operation.jobBound)
        expect([status, detail]).toEqual([
          403,
          `Cannot carry out ${operationId} as the token must not be bound to jobs: it is`,
        ])
      // The token is none that the server knows: who comes as far as that is admitted.
      else expect(status).toBe(operation.path.includes(':jobId') ? 404 : 401)
    },
  )

  it('refuse before anything is done', async () => {
    await ask(operations.pauseJob, ['jobs:read'], JOB_ID)
    expect(ports.asked).toEqual([])
    await ask(operations.pauseJob, ['jobs:write'], JOB_ID)
    expect(ports.asked).toEqual(['pause'])
  })
})

describe('until a caller is known', () => {
  it('its body is not requested', async () => {
    const head = { 'content-type': 'application/json', 'content-length': '15', expect: '100-continue' }
    const [refused, forbidden, admitted] = [
      await send(`POST /v1/jobs/${JOB_ID}/seal`, head),
      await send(`POST /v1/jobs/${JOB_ID}/seal`, head),
      await send(`POST /v1/jobs/${JOB_ID}/seal`, head),
    ]
    expect([refused.text, forbidden.text, admitted.text]).toEqual(['', '', ''])
    pending[0]!.refuse()
    pending[1]!.admit({ scopes: new Set() })
    pending[2]!.admit()
    await eventually(() => refused.text).toMatch(/^HTTP\/1.1 401/)
    await eventually(() => forbidden.text).toMatch(/^HTTP\/1.1 403/)
    await eventually(() => admitted.text).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  })

  it('it holds no place for its upload', async () => {
    const upload = (token: string) =>
      app.inject({
        method: 'POST',
        url: `/v1/jobs/${JOB_ID}/seal`,
        headers: { authorization: `Bearer ${token}` },
        payload: { itemCount: 1 },
      })
    const waiting = Array.from({ length: 70 }, () => upload('later'))
    await eventually(() => pending.length).toBe(70)
    expect((await upload('jobs:write')).statusCode).toBe(202)
    for (const request of pending) request.refuse()
    for (const answer of await Promise.all(waiting)) expect(answer.statusCode).toBe(401)
  })

  it('nothing is carried out for a client that disconnects', async () => {
    let left = 0
    app.addHook('onRequest', async (_, reply) => void reply.raw.once('close', () => left++))
    for (const request of [`GET /v1/jobs/${JOB_ID}/events`, `POST /v1/jobs/${JOB_ID}/pause`])
      (await send(request)).socket.destroy()
    await eventually(() => left).toBe(2)
    for (const request of pending) request.admit()
    await ask(operations.getLimits, [])
    expect([ports.asked, ports.listeners.size]).toEqual([[], 0])
    await eventually(() => ports.clock.pending).toBe(0)
  })

  it('a server that begins to stop takes nothing new', async () => {
    let isStopping = false
    app.addHook('preClose', async () => void (isStopping = true))
    const wire = await send('GET /v1/limits')
    const closed = app.close()
    await eventually(() => isStopping).toBe(true)
    pending[0]!.admit()
    await eventually(() => wire.text).toMatch(/^HTTP\/1.1 503[^]*"code":"stopping"/)
    wire.socket.destroy()
    await closed
  })
})
