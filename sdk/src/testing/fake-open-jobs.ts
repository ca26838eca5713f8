import type { Job } from '@waybill/spec'
import { answer, type Handler, jobAs, jobId, refuse, type SeenRequest } from './fake-server.ts'

/** A server that keeps jobs made of parts, by the rules of the API description; what a test may look at. */
export interface FakeOpenJobs {
  readonly handle: Handler
  /** The lines of the one job that there may be; null before it is opened. */
  readonly lines: string[] | null
  readonly sealedWith: number | null
  readonly opened: number
  /** Ends the job as a cancel does. */
  cancel(): void
}

/** @param before what the server has already, as an upload that broke off leaves it */
export function createFakeOpenJobs(before: readonly string[] | null = null): FakeOpenJobs {
  let lines = before === null ? null : [...before]
  let sealedWith: number | null = null
  let cancelled = false
  let opened = 0
  let version = 1
  const bodies = new Map<string, string>()

  function snapshot(): Job {
    const total = lines?.length ?? 0
    const counts = { total, pending: total, waiting: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
    version++
    if (cancelled) return jobAs({ status: 'ended', outcome: 'cancelled', counts, version, sealedAt: null })
    if (sealedWith !== null) return jobAs({ status: 'pending', counts, version })
    return jobAs({ status: 'open', counts, version, nextIndex: total, sealedAt: null })
  }

  function open({ headers, body }: SeenRequest): Response {
    const key = headers.get('Idempotency-Key')!
    const known = bodies.get(key)
    if (known !== undefined) {
      if (known !== body) return refuse(422, 'idempotency_mismatch')
      // As it was then.
      return answer(201, jobAs({ status: 'open', nextIndex: 0, sealedAt: null }), { 'Idempotent-Replayed': 'true' })
    }
    bodies.set(key, body)
    opened++
    lines = []
    return answer(201, snapshot())
  }

  function append({ url, body }: SeenRequest): Response {
    if (cancelled) return refuse(409, 'job_ended')
    if (sealedWith !== null) return refuse(409, 'job_sealed')
    const stored = lines!
    const fromIndex = Number(url.searchParams.get('fromIndex'))
    if (fromIndex > stored.length) return refuse(409, 'upload_gap', {}, { nextIndex: stored.length })
    const part = body.trimEnd().split('\n')
    const wrong = part.findIndex((line) => !('id' in (JSON.parse(line) as object)))
    if (wrong >= 0) {
      const errors = [{ line: wrong + 1, pointer: '/id', detail: 'must be there' }]
      return refuse(400, 'invalid_item', {}, { errors, errorCount: 1 })
    }
    const known = part.slice(0, stored.length - fromIndex)
    const differs = known.findIndex((line, n) => stored[fromIndex + n] !== line)
    if (differs >= 0) return refuse(409, 'item_conflict', {}, { index: fromIndex + differs })
    stored.push(...part.slice(known.length))
    const receipt = { nextIndex: stored.length, accepted: part.length - known.length, deduplicated: known.length }
    return answer(200, receipt)
  }

  function seal({ body }: SeenRequest): Response {
    const { itemCount } = JSON.parse(body) as { itemCount: number }
    if (cancelled) return refuse(409, 'job_ended')
    if (sealedWith !== null && sealedWith !== itemCount) return refuse(409, 'job_sealed')
    if (itemCount !== lines!.length) return refuse(400, 'item_count_mismatch')
    sealedWith = itemCount
    return answer(202, snapshot())
  }

  return {
    handle(request) {
      const path = request.url.pathname.replace(`/v1/jobs/${jobId}`, ':job')
      if (request.method === 'POST' && path === '/v1/jobs') return open(request)
      if (lines === null) return refuse(404, 'job_not_found')
      if (request.method === 'GET' && path === ':job') return answer(200, snapshot())
      if (path === ':job/items') return append(request)
      if (path === ':job/seal') return seal(request)
      const item = /^:job\/items\/(\d+)$/.exec(path)
      if (item !== null) return answer(200, { ...(JSON.parse(lines[Number(item[1])]!) as object), error: null })
      return refuse(404, 'not_found')
    },
    get lines() {
      return lines
    },
    get sealedWith() {
      return sealedWith
    },
    get opened() {
      return opened
    },
    cancel() {
      cancelled = true
    },
  }
}
