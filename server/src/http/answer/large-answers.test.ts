import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Operation, operations } from '@waybill/spec'
import { expect, test } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { LargeAnswers } from './large-answers.ts'

const MIB = 1024 * 1024

function response(closed = false): ServerResponse {
  return Object.assign(new EventEmitter(), { closed, destroy: () => undefined }) as unknown as ServerResponse
}

const asking = (of: ServerResponse, caller = 'mine'): Parameters<LargeAnswers['enter']>[1] => ({
  caller,
  patient: false,
  response: of,
  stalledMs: () => 0,
  signal: new AbortController().signal,
})

test('large answers of one caller wait beyond a quarter, and are refused when there is no capacity in time', async () => {
  const clock = new FakeClock()
  const answers = new LargeAnswers(clock, 32 * MIB)
  const first = response()
  const done = await answers.enter('listItems', asking(first))
  await answers.enter('listJobs', asking(response()))
  const waits = answers.enter('listItems', asking(response()))
  const refused = answers.enter('listItems', asking(response()))
  await answers.enter('listItems', asking(response(), 'another'))
  let isFree = false
  void waits.then(() => (isFree = true))
  first.emit('close')
  await new Promise(setImmediate)
  // What is read for it is still there.
  expect(isFree).toBe(false)
  done()
  await waits
  clock.advance(60_000)
  await expect(refused).rejects.toThrow(ProblemError)
})

test('an answer that came to little leaves capacity for others', async () => {
  const answers = new LargeAnswers(new FakeClock(), 32 * MIB)
  for (let n = 0; n < 100; n++) {
    const one = response()
    await answers.enter('listJobs', asking(one))
    answers.made(one, 1000)
  }
})

test('an answer whose client is gone already takes no capacity', async () => {
  const answers = new LargeAnswers(new FakeClock(), 16 * MIB)
  for (let n = 0; n < 10; n++) (await answers.enter('listJobs', asking(response(true))))()
})

test('every page is a large answer', () => {
  const answers = new LargeAnswers(new FakeClock())
  const pages = Object.values<Operation>(operations).filter(({ parameters }) =>
    Object.hasOwn((parameters.query as { properties?: object }).properties ?? {}, 'pageSize'),
  )
  expect(pages.length).toBeGreaterThan(4)
  expect(pages.map(({ operationId }) => operationId).filter((id) => !answers.includes(id))).toEqual([])
})
