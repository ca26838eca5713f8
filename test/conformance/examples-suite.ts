import { readdirSync } from 'node:fs'
import type { CreatedAccessToken, Job, ProblemCode, Receipt } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, requestExample, send, type Answer } from './api.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'
import { World } from './world.ts'

const names = readdirSync(new URL('../../spec/examples/requests/', import.meta.url))
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort()

/** Every request example of the spec is answered as it says, in the form that the spec gives to the answer. */
export function describeExamples(target: UseTarget): void {
  describe('request examples', () => {
    it.each(names)('%s is answered as the spec says', async (name) => {
      const example = await new World(target()).fill(requestExample(name))
      const first = example.sentBefore === undefined ? null : await send(target(), example)
      if (first !== null) checkAnswer(first)
      if (example.sentBefore === 'and-deleted') await deleteMadeBy(target, first!)

      const answer = await send(target(), example)

      expect(answer.status, `${answer.status} ${answer.text.slice(0, 2000)}`).toBe(example.expect.status)
      checkAnswer(answer)
      if (example.operationId === 'createWebhookEndpoint' && answer.status === 201) await deleteEndpoint(target, answer)
      if (example.expect.code !== undefined) checkProblem(answer, example.expect.code as ProblemCode)
      if (example.sentBefore === 'once' && example.headers?.['idempotency-key'] !== undefined) {
        expect(answer.headers.get('idempotent-replayed')).toBe('true')
        expect(madeBy(answer).id).toBe(madeBy(first!).id)
        if (example.operationId === 'createToken') expect(madeBy(answer)).toHaveProperty('token', null)
      }
    })
  })
}

/** The job, or the access token, that a request made. */
function madeBy(answer: Answer): Job | CreatedAccessToken {
  const body = json<Job | CreatedAccessToken | Receipt>(answer)
  return 'job' in body ? body.job : body
}

/** An endpoint that stayed would be called with the events of all other tests. */
async function deleteEndpoint(target: UseTarget, answer: Answer): Promise<void> {
  const pathParams = { endpointId: json<{ id: string }>(answer).id }
  expect((await send(target(), { operationId: 'deleteWebhookEndpoint', pathParams })).status).toBe(204)
}

async function deleteMadeBy(target: UseTarget, answer: Answer): Promise<void> {
  const { id } = madeBy(answer)
  const deleted = await send(
    target(),
    answer.operationId === 'createToken'
      ? { operationId: 'revokeToken', pathParams: { tokenId: id } }
      : { operationId: 'deleteJob', pathParams: { jobId: id } },
  )
  expect(deleted.status).toBe(204)
}
