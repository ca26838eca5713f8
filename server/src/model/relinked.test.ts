import { describe, expect, it } from 'vitest'
import { relinked } from './relinked.ts'
import { apiPaths, rootPaths } from '@waybill/spec/rules'

const bulk = apiPaths('/bulk')

function job(paths: typeof bulk, metadata: Record<string, string> = {}): object {
  const self = paths.job('job_1')
  const links = {
    self,
    items: `${self}/items`,
    execution: paths.execution('a/v1/jobs/}"b'),
    channel: paths.channel('shop'),
    jobs: paths.jobsOfExecution('a b'),
  }
  return { id: 'job_1', metadata, links }
}

describe('relinked', () => {
  const prefixes = ['', '/bulk', '/api/v1', '/v1/jobs', '/a/b-c_d.e~f']
  it.each(prefixes.flatMap((from) => prefixes.map((to) => [from, to])))('moves links from %j to %j', (from, to) => {
    const stored = { stages: [{ jobs: [job(apiPaths(from)), job(apiPaths(from))] }], ...job(apiPaths(from)) }
    const wanted = { stages: [{ jobs: [job(apiPaths(to)), job(apiPaths(to))] }], ...job(apiPaths(to)) }
    expect(relinked(JSON.stringify(stored), apiPaths(to))).toBe(JSON.stringify(wanted))
  })

  it('leaves what the client wrote as it is', () => {
    const metadata = { self: '/v1/jobs/mine', links: '{"self":"/v1/jobs/x"}', '"links":{"a":"/v1/jobs/': 'x' }
    expect(relinked(JSON.stringify(job(rootPaths, metadata)), bulk)).toBe(JSON.stringify(job(bulk, metadata)))
  })
})
