import type { Operation } from '@waybill/spec'
import { limits } from '../engine/limits.ts'
import { readBody } from './read-body.ts'
import { parseJson } from './read-items.ts'
import { actionOf, findFaults, refuseFaults } from './validate.ts'

/** The bytes of a body that is no list of items. @throws MockProblem */
export function receiveJson(request: Request): Promise<Uint8Array> {
  return readBody(request, { name: 'maxControlBodyBytes', bytes: limits.maxControlBodyBytes })
}

/**
 * A body as the schema of its operation says.
 * @param refuseFirst looks at it before the schema does
 * @throws MockProblem `bad_request`, `unknown_field`
 */
export function readJson<T>(operation: Operation, bytes: Uint8Array, refuseFirst?: (value: unknown) => void): T {
  const value = parseJson(bytes)
  refuseFirst?.(value)
  const schema = operation.requestBody?.content['application/json']?.schema
  if (schema != null) {
    refuseFaults(findFaults(schema, value), {
      action: actionOf(operation),
      place: ({ pointer, detail }) => ({ pointer, detail }),
    })
  }
  return value as T
}
