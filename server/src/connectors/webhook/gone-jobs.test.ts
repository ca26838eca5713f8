import { expect, it } from 'vitest'
import { newJobId } from '../../model/ids.ts'
import { GoneJobs, goneJobsMemory } from './gone-jobs.ts'
import { newUrlKey, openJobUrl, sealJobUrl } from './job-url.ts'

it('jobs that are gone are so for all that share the memory, and no other job is', () => {
  const memory = goneJobsMemory()
  const [one, other] = [new GoneJobs(memory), new GoneJobs(memory)]
  const jobs = Array.from({ length: 2000 }, (_, n) => newJobId(1_800_000_000_000 + n))
  for (const job of jobs.slice(0, 1000)) one.add(job)
  expect(other.has(jobs[999]!)).toBe(true)
  expect(jobs.slice(1000).filter((job) => other.has(job))).toEqual([])
})

it('a URL is opened with its key alone', () => {
  const [key, other] = [newUrlKey(), newUrlKey()]
  const url = 'https://pim.example/ü?key=k3y'
  const sealed = sealJobUrl(url, key)
  expect(openJobUrl(sealed, key)).toBe(url)
  expect(sealJobUrl(url, key)).not.toBe(sealed)
  const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`
  for (const [text, with_] of [
    [sealed, other],
    [changed, key],
    ['', key],
  ] as const)
    expect(openJobUrl(text, with_)).toBeNull()
})
