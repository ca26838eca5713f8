import type { AuditPage, JobActionReceipt, JobPage } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'

/*
 * An action on 500 jobs, three slices of 200, 200 and 100: the server is ended as soon as the second one is durable, before anything of it is
 * announced. The first two slices hold, the third is untouched, and each job that was changed has its entry in the audit.
 */

const JOBS = 500
const SLICE = 200

let server: ServerProcess
beforeAll(async () => {
  server = await ServerProcess.create({ fromSource: true, args: ['--threads', '1'] })
}, 60_000)
afterAll(() => server.remove())

const post = (path: string, body: object): Promise<Response> =>
  server.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

async function ids(path: string, read: (page: JobPage & AuditPage) => (string | null)[]): Promise<string[]> {
  const page = (await (await server.fetch(path)).json()) as JobPage & AuditPage
  return read(page)
    .filter((id) => id !== null)
    .sort()
}
const pausedJobs = () => ids('/v1/jobs?status=paused&pageSize=1000', ({ jobs }) => jobs.map(({ id }) => id))
const auditedJobs = () =>
  ids('/v1/audit?action=actOnJobs&pageSize=1000', ({ entries }) => entries.map(({ resource }) => resource.job))

test('a kill -9 in the midst of an action leaves whole slices, audited; a new preview has the rest', async () => {
  await server.start({ name: 'schedule.hold.durable', hit: 2 })
  const envelope = { channel: 'sandbox', objectType: 'product', action: 'update', runAt: '2099-01-01T00:00:00Z' }
  for (let made = 0; made < JOBS; made += 50) {
    const submit = () => post('/v1/jobs', { ...envelope, items: [{ id: 'sku' }] })
    const answers = await Promise.all(Array.from({ length: 50 }, submit))
    for (const answer of answers) expect(answer.status).toBe(202)
  }
  const wish = { action: 'pause', filter: { channels: ['sandbox'] } }
  const act = async (more: object) => await (await post('/v1/jobs/actions', { ...wish, ...more })).json()
  const { count, selection } = (await act({ dryRun: true })) as JobActionReceipt
  expect(count).toBe(JOBS)
  await expect(act({ selection })).rejects.toThrow()

  await server.start()
  const paused = await pausedJobs()
  expect(paused).toHaveLength(2 * SLICE)
  expect(await auditedJobs()).toEqual(paused)

  expect(await act({ selection })).toMatchObject({ status: 409, code: 'selection_expired' })
  const again = (await act({ dryRun: true })) as JobActionReceipt
  expect(again.count).toBe(JOBS - 2 * SLICE)
  expect(await act({ selection: again.selection })).toMatchObject({ count: again.count, remaining: 0 })
  expect(await pausedJobs()).toHaveLength(JOBS)
  expect(await auditedJobs()).toEqual(await pausedJobs())
}, 120_000)
