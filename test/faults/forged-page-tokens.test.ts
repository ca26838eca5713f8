import { createHash } from 'node:crypto'
import type { Problem } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LittleCallers } from '../support/little-callers.ts'
import { ServerProcess } from '../support/server-process.ts'

/** A cursor that no list gives, and a digest as long as a signature, which anybody can make. */
function forged(cursor: string, scope: readonly unknown[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([cursor, ...scope]))
    .digest('base64url')
    .slice(0, 22)
  return `${Buffer.from(cursor).toString('base64url')}.${digest}`
}

/** A token with another character at one place, for places all over it, and one without its signature. */
function changed(token: string): string[] {
  const places = Array.from(token, (_, at) => at).filter((at) => token[at] !== '.' && at % 5 === 0)
  const at = (place: number, letter: string): string => token.slice(0, place) + letter + token.slice(place + 1)
  return [...places.map((place) => at(place, token[place] === 'A' ? 'B' : 'A')), token.slice(0, token.indexOf('.'))]
}

type Page = Readonly<Record<string, unknown>> & { readonly nextPageToken?: string }

const GOOD = Array.from({ length: 3 }, (_, n) => ({ id: `sku-${n}` }))

describe('a forged page token', () => {
  let server: ServerProcess
  /** Without a token, and with just the scopes that lists require. */
  let callers: readonly Record<string, string>[]

  beforeAll(async () => {
    server = await ServerProcess.create()
    await server.start()
    const little = new LittleCallers(server)
    callers = [{}, await little.with('jobs:read', 'items:read', 'dead-letters:read')]
  })
  afterAll(() => server.remove())

  async function list(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return (await (await server.fetch(path, { headers })).json()) as Page
  }
  const ended = (id: string) => expect.poll(async () => (await list(`/v1/jobs/${id}`)).done).toBe(true)

  async function submit(items: readonly object[] = GOOD, envelope: object = {}): Promise<string> {
    const response = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'sandbox', objectType: 'product', action: 'update', ...envelope, items }),
    })
    return ((await response.json()) as { id: string }).id
  }

  it('is 400 for every list, whatever cursor it carries', async () => {
    const job = await submit()
    const lists: [string, readonly unknown[]][] = [
      ['/v1/jobs', ['listJobs', 'default', null, null, null, null, null, null]],
      [`/v1/jobs/${job}/items`, ['listItems', 'default', job, null, null, null, []]],
      ['/v1/dead-letters', ['listDeadLetters', 'default', null, null, null, null, null, true]],
      ['/v1/dead-letters/groups', ['listDeadLetterGroups', 'default', null, null, null, null, null, true]],
      ['/v1/parked', ['listParked', 'default', null, null]],
    ]
    for (const [path, scope] of lists) {
      for (const cursor of ['abc', '-1', '1e999', '0.5', 'x/y', '']) {
        for (const headers of callers) {
          const answer = await server.fetch(`${path}?pageToken=${forged(cursor, scope)}`, { headers })
          const problem = (await answer.json()) as Problem
          expect([path, cursor, answer.status, problem.code]).toEqual([path, cursor, 400, 'bad_request'])
          expect(problem.errors).toMatchObject([{ parameter: 'pageToken' }])
        }
      }
    }
  })

  it('is 400 for every list that has further pages, wherever a token of its own was changed', async () => {
    const bad = (status: number) => ({ sandbox: { status } })
    const items = [bad(422), bad(404)].map((data, n) => ({ id: `bad-${n}`, data }))
    const parks = { retry: { maxAttempts: 1, rules: [{ status: [422, 404], then: 'park' }] } }
    const [failing, parking] = [await submit(items), await submit(items, parks)]
    await ended(failing)
    await expect.poll(async () => ((await list('/v1/parked')).parked as unknown[]).length).toBe(2)
    const paths = [
      '/v1/jobs',
      `/v1/jobs/${parking}/items`,
      '/v1/dead-letters',
      '/v1/parked',
      `/v1/parked?jobId=${parking}`,
    ]
    for (const path of paths) {
      const pageOf = (token?: string) =>
        `${path}${path.includes('?') ? '&' : '?'}pageSize=1${token === undefined ? '' : `&pageToken=${token}`}`
      for (const headers of callers) {
        const { nextPageToken: own } = await list(pageOf(), headers)
        expect(own, path).toMatch(/^[\w-]{20,}\.[\w-]{20,}$/)
        expect((await server.fetch(pageOf(own), { headers })).status).toBe(200)
        for (const token of changed(own!)) {
          const answer = await server.fetch(pageOf(token), { headers })
          const problem = (await answer.json()) as Problem
          expect([path, own, token, answer.status, problem.code]).toEqual([path, own, token, 400, 'bad_request'])
        }
      }
    }
  })

  it('is 400 when it is of another list, and still taken after a restart when it is its own', async () => {
    const jobs = [await submit(), await submit()]
    const page = async (path: string): Promise<{ status: number; nextPageToken?: string }> => {
      const answer = await server.fetch(path)
      return { status: answer.status, ...((await answer.json()) as object) }
    }
    const token = (await page(`/v1/jobs/${jobs[0]}/items?pageSize=1`)).nextPageToken!
    expect((await page(`/v1/jobs/${jobs[1]}/items?pageSize=1&pageToken=${token}`)).status).toBe(400)
    expect((await page(`/v1/jobs?pageToken=${token}`)).status).toBe(400)
    await server.kill()
    await server.start()
    expect((await page(`/v1/jobs/${jobs[0]}/items?pageSize=1&pageToken=${token}`)).status).toBe(200)
  })
})
