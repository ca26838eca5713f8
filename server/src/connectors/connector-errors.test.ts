import { describe, expect, it } from 'vitest'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_RETRY_LATER, FLAG_RETRYABLE } from '../model/outcome-batch.ts'
import type * as own from './connector-errors.ts'
import { HttpStatusError, PermanentError, RetryLater, throwForStatus } from './connector-errors.ts'
import { answerOfThrown } from './module-answer.ts'
import { detailOf } from './testing/fake-http-calls.ts'

const LATER = FLAG_RETRYABLE | FLAG_RETRY_AFTER | FLAG_RETRY_LATER

describe('errors of a connector', () => {
  it.each([0, 0.5, 86_400_000])('RetryLater takes a delay of %s ms', (delayMs) => {
    expect(new RetryLater(delayMs).delayMs).toBe(delayMs)
  })

  it.each<[unknown, string]>([
    [-1, '-1'],
    [86_400_001, '86400001'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    ['5000', 'a value of type string'],
    [undefined, 'a value of type undefined'],
  ])('RetryLater refuses a delay of %s', (delayMs, current) => {
    expect(() => new RetryLater(delayMs as number)).toThrow(
      new RangeError(
        `Cannot make a RetryLater as delayMs must be a number from 0 to 86400000: current value is ${current}`,
      ),
    )
  })

  it('are recognized under another name', () => {
    class SoldOut extends PermanentError {
      override name = 'SoldOut'
    }
    class Busy extends RetryLater {
      override name = 'Busy'
    }
    expect(answerOfThrown(new SoldOut('none left'), { nowMs: 0 })).toMatchObject({ flags: FLAG_PERMANENT })
    expect(answerOfThrown(new Busy(50), { nowMs: 1000 })).toMatchObject({ flags: LATER, retryAtMs: 1050 })
    expect(detailOf(answerOfThrown(new SoldOut('none left'), { nowMs: 0 })).error).toMatchObject({
      code: 'permanent',
      title: 'The connector threw SoldOut',
    })
  })

  it('are recognized from another copy of the package', async () => {
    // Of another URL, and so a module of its own: as the copy that an operator's module has installed.
    const url = `${new URL('./connector-errors.ts', import.meta.url).href}?copy`
    const copy = (await import(url)) as typeof own
    expect(copy.PermanentError).not.toBe(PermanentError)
    expect(answerOfThrown(new copy.PermanentError('no'), { nowMs: 0 }).flags).toBe(FLAG_PERMANENT)
    class Busy extends copy.RetryLater {
      override name = 'Busy'
    }
    expect(answerOfThrown(new Busy(50), { nowMs: 1000 })).toMatchObject({ flags: LATER, retryAtMs: 1050 })
    expect(() => copy.throwForStatus(new Response(null, { status: 503 }))).toThrow(copy.HttpStatusError)
    const error = new copy.HttpStatusError(new Response(null, { status: 429, headers: { 'retry-after': '2' } }))
    expect(answerOfThrown(error, { nowMs: 1000 })).toMatchObject({ httpStatus: 429, retryAtMs: 3000 })
  })

  it('are recognized by their name alone', () => {
    const error = Object.assign(new Error('refused'), { name: 'HttpStatusError', status: 409, retryAfterMs: 'soon' })
    expect(answerOfThrown(error, { nowMs: 0 })).toMatchObject({ httpStatus: 409, retryAtMs: 0 })
    for (const status of [99, 600, 200.5, '409', undefined]) {
      const strange = Object.assign(new Error('refused'), { name: 'HttpStatusError', status })
      expect(detailOf(answerOfThrown(strange, { nowMs: 0 })).error).toMatchObject({ code: 'thrown', status: null })
    }
  })

  it('cannot give a code that only the engine gives', () => {
    for (const code of ['worker_crashed', 'invalid_item', 'deadline_passed', 'request_not_made']) {
      expect(detailOf(answerOfThrown(Object.assign(new Error('x'), { code }), { nowMs: 0 })).error?.code).toBe('thrown')
    }
  })
})

describe('throwForStatus', () => {
  it.each([200, 201, 204, 299])('returns a response with status %s as it is', (status) => {
    const response = new Response(null, { status })
    expect(throwForStatus(response)).toBe(response)
  })

  it.each([301, 304, 400, 404, 429, 500, 503])('throws for status %s, before the body is read', (status) => {
    const response = new Response([304].includes(status) ? null : 'why', { status, headers: { 'retry-after': '1.5' } })
    expect(() => throwForStatus(response)).toThrow(`The target system answered with status ${status}`)
    expect(new HttpStatusError(response)).toMatchObject({ status, retryAfterMs: 1500, retryable: null, response })
    expect(response.bodyUsed).toBe(false)
  })

  it.each(['0', 'never', 'Thu, 01 Jan 1970 00:00:00 GMT'])('takes a Retry-After of %s for none', (value) => {
    expect(
      new HttpStatusError(new Response(null, { status: 503, headers: { 'retry-after': value } })).retryAfterMs,
    ).toBeNull()
  })
})
