import { problemCodes } from '@waybill/spec'
import { rootPaths } from '@waybill/spec/rules'
import { expect, test } from 'vitest'
import { StoreError } from '../../store/store-error.ts'
import { problemAnswer, problemOf } from './problem.ts'

const context = { requestId: 'r-1', path: '/v1/jobs', paths: rootPaths }

test.each([
  ['disk_full', 'disk_full', '10'],
  ['unavailable', 'store_unavailable', '5'],
  ['damaged', 'store_damaged', '60'],
  ['closed', 'stopping', '5'],
  ['stale_epoch', 'stopping', '5'],
  ['io', 'internal_error', undefined],
  ['conflict', 'internal_error', undefined],
] as const)('a request that the store refuses as %s is answered %s', (refusal, code, retryAfter) => {
  const { status, headers, body } = problemAnswer(problemOf(new StoreError(refusal, 'a secret of the inside')), context)
  expect([status, body.code, headers['retry-after']]).toEqual([problemCodes[code].status, code, retryAfter])
  expect(body.detail).not.toContain('secret')
})
