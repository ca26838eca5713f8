import { randomUUID } from 'node:crypto'
import type { Job, JobActionReceipt } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit } from './api.ts'
import { envelope } from './bodies.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'

/** Finds jobs and items, and acts on many of them. */
export function describeFinding(target: UseTarget): void {
  describe('actions on jobs', () => {
    const act = async (body: object, status: number) => {
      const answer = await send(target(), { operationId: 'actOnJobs', body })
      checkAnswer(answer)
      expect(answer.status).toBe(status)
      return json<JobActionReceipt>(answer)
    }
    const statusOf = async (jobId: string) =>
      json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId } })).status

    it('change the jobs of the preview, and none that was made since', async () => {
      const source = `act-${randomUUID()}`
      const body = { ...envelope, source, runAt: '2099-01-01T00:00:00Z', items: [{ id: 'sku-1' }] }
      const jobs = [await submit(target(), body), await submit(target(), body)]
      const wish = (action: string) => ({ action, filter: { sources: [source], statuses: ['scheduled', 'paused'] } })
      const previewed = await act({ ...wish('pause'), dryRun: true }, 200)
      expect(previewed).toMatchObject({ action: 'pause', dryRun: true, count: 2, remaining: 2 })
      expect(await statusOf(jobs[0]!.id)).toBe('scheduled')
      const later = await submit(target(), body)
      const { selection } = previewed
      const changed = await act({ ...wish('pause'), selection }, 202)
      expect(changed).toMatchObject({ action: 'pause', dryRun: false, count: 2, remaining: 0 })
      for (const { id } of jobs) expect(await statusOf(id)).toBe('paused')
      expect(await statusOf(later.id)).toBe('scheduled')
      expect(await act({ ...wish('pause'), selection }, 202)).toMatchObject({ count: 0, remaining: 0 })
      for (const other of [wish('cancel'), { action: 'pause', filter: { sources: [source] } }]) {
        const refused = await send(target(), { operationId: 'actOnJobs', body: { ...other, selection } })
        checkProblem(refused, 'selection_invalid')
      }
      const { selection: all } = await act({ ...wish('cancel'), dryRun: true }, 200)
      expect(await act({ ...wish('cancel'), selection: all }, 202)).toMatchObject({ count: 3 })
      for (const { id } of [...jobs, later]) expect(await statusOf(id)).toBe('ended')
      expect(await act({ ...wish('cancel'), dryRun: true }, 200)).toMatchObject({ count: 0 })
    })
  })
}
