import type { FastifyRequest } from 'fastify'
import { beforeEach, expect, test } from 'vitest'
import { ProblemError, type ProblemOptions } from '../../model/errors.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { ANONYMOUS } from '../request/admit-caller.ts'
import { RefusedTokens } from './refused-tokens.ts'

let clock: FakeClock
let lines: Record<string, unknown>[]
let refused: RefusedTokens

beforeEach(() => {
  clock = new FakeClock()
  lines = []
  const warn = (fields: object, message: string) => lines.push({ message, ...fields })
  refused = new RefusedTokens({ clock, logger: { ...silentLogger, warn } })
})

function refuse(callerAddress: string, code: ProblemOptions['code'] = 'unauthenticated') {
  const operation = { operationId: 'getJob' }
  const request = { id: 'req_1', caller: ANONYMOUS, callerAddress, routeOptions: { config: { operation } } }
  refused.note(new ProblemError({ code, detail: 'no' }), request as unknown as FastifyRequest)
}

test('the first refusal of an address is a line, those of the next minute one more', () => {
  for (let n = 0; n < 100; n++) refuse('192.0.2.1')
  refuse('192.0.2.2')
  const fields = { requestId: 'req_1', operation: 'getJob', status: 401, reason: 'unauthenticated' }
  expect(lines).toEqual([
    { message: 'Token refused', address: '192.0.2.1', ...fields },
    { message: 'Token refused', address: '192.0.2.2', ...fields },
  ])
  clock.advance(60_000)
  expect(lines.slice(2)).toEqual([{ message: 'More tokens refused', address: '192.0.2.1', count: 99 }])
  refuse('192.0.2.1')
  expect(lines).toHaveLength(4)
})

test('a flood from many addresses is a bounded number of lines', () => {
  for (let n = 0; n < 10_000; n++) refuse(`10.0.${n >> 8}.${n & 255}`)
  clock.advance(60_000)
  expect(lines).toHaveLength(34)
  expect(lines.at(-1)).toEqual({ message: 'More tokens refused', address: 'others', count: 10_000 - 33 })
})

test('other refusals are none of a token', () => {
  refuse('192.0.2.1', 'job_not_found')
  refuse('192.0.2.1', 'forbidden') // without a token: the check of the host
  expect(lines).toEqual([])
})
