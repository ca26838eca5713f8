import { describe, expect, test } from 'vitest'
import { apiPaths, rootPaths } from './api-paths.ts'
import { channelLinks, executionLinks, jobLinks } from './links.ts'

const job = { id: 'job_1', executionId: null, channel: 'shop', status: 'running', isOpen: false } as const

describe('jobLinks', () => {
  test('stand under the prefix of the server', () => {
    const links = jobLinks(job, apiPaths('/bulk'))
    expect(Object.values(links).filter((link) => !link.startsWith('/bulk/v1/'))).toEqual([])
    expect(jobLinks(job, rootPaths)).toMatchObject({ self: '/v1/jobs/job_1', channel: '/v1/channels/shop' })
  })

  test('name only what the job allows', () => {
    expect(jobLinks(job, rootPaths)).not.toMatchObject({ release: expect.anything() as unknown })
    expect(Object.keys(jobLinks(job, rootPaths))).not.toContain('seal')
    expect(jobLinks({ ...job, status: 'blocked' }, rootPaths)).toMatchObject({ release: '/v1/jobs/job_1/release' })
    expect(jobLinks({ ...job, status: 'open', isOpen: true }, rootPaths)).toMatchObject({ seal: '/v1/jobs/job_1/seal' })
    expect(jobLinks({ ...job, executionId: 'a b' }, rootPaths)).toMatchObject({ execution: '/v1/executions/a%20b' })
  })
})

test('executionLinks and channelLinks name the calls and the lists of jobs', () => {
  expect(executionLinks('a/b', rootPaths)).toMatchObject({
    self: '/v1/executions/a%2Fb',
    jobs: '/v1/jobs?executionId=a%2Fb',
    cancel: '/v1/executions/a%2Fb/cancel',
  })
  expect(channelLinks('shop', rootPaths)).toMatchObject({
    jobs: '/v1/jobs?channel=shop',
    unblock: '/v1/channels/shop/unblock',
  })
})
