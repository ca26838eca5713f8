import { createHash } from 'node:crypto'
import type { Problem } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'

/** A cursor that no list gives, and the digest that anybody can make who knows how it is made. */
function forged(cursor: string, scope: readonly unknown[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([cursor, ...scope]))
    .digest('base64url')
    .slice(0, 16)
  return `${Buffer.from(cursor).toString('base64url')}.${digest}`
}

describe('a forged page token', () => {
  let server: ServerProcess

  beforeAll(async () => {
    server = await ServerProcess.create()
    await server.start()
  })
  afterAll(() => server.remove())

  async function submit(): Promise<string> {
    const items = Array.from({ length: 3 }, (_, n) => ({ id: `sku-${n}` }))
    const response = await server.fetch('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'sandbox', objectType: 'product', action: 'update', items }),
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
        const answer = await server.fetch(`${path}?pageToken=${forged(cursor, scope)}`)
        const problem = (await answer.json()) as Problem
        expect([path, cursor, answer.status, problem.code]).toEqual([path, cursor, 400, 'bad_request'])
        expect(problem.errors).toMatchObject([{ parameter: 'pageToken' }])
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
