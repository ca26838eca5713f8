import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Item, Job } from '../generated/index.ts'
import { boundItem, boundJob } from './bound-views.ts'

const example = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../examples/answers/${name}.json`, import.meta.url), 'utf8')) as T
const OTHER = `job_${'f'.repeat(32)}`

it('a job names no other', () => {
  const job: Job = {
    ...example<Job>('getJob.200'),
    executionId: 'nightly-x',
    dependsOn: [{ job: OTHER, require: 'finished' }],
    retryOf: OTHER,
    waiting: [{ reason: 'dependency', items: 3, until: null, jobs: [OTHER] }],
    error: {
      ...{ type: '/docs/errors#dependency_unmet', title: 'x', status: 409, code: 'dependency_unmet' },
      ...{ detail: `as ${OTHER} must have ended`, dependencies: [OTHER] },
    },
  }
  const linked = { ...job, links: { ...job.links, execution: '/v1/executions/nightly-x' } }
  const shown = boundJob(linked)
  expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${OTHER}|nightly-x`))
  expect(shown).toMatchObject({ id: job.id, counts: job.counts, waiting: [{ reason: 'dependency', items: 3 }] })
  expect(linked.links.execution).toBe('/v1/executions/nightly-x')
})

it('an item names no other, and nobody', () => {
  const call = {
    attempt: 1,
    epoch: 1,
    startedAt: '',
    durationMs: 1,
    verdict: 'retry',
    code: null,
    status: null,
  } as const
  const item: Item = {
    ...example<Item>('getItem.200'),
    waiting: { reason: 'partition', since: null, until: null, position: 2, behind: { jobId: OTHER, index: 1 } },
    retriedAs: OTHER,
    log: [
      { ...call, detail: null, retryAt: null },
      { ...call, detail: null, retryAt: null, replaced: { at: '', by: 'token:tok_1', data: 1 } },
    ],
  }
  const shown = boundItem(item)
  expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${OTHER}|tok_1`))
  expect([shown.waiting?.position, shown.log?.[0], shown.log?.[1]?.replaced?.data]).toEqual([2, item.log![0], 1])
  expect(boundItem({ ...item, waiting: null }).waiting).toBeNull()
})
