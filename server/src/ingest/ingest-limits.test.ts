import { describe, expect, it } from 'vitest'
import { FedBody, linesOf, refusalOf } from './testing/fake-stages.ts'
import { envelopeFaults } from '../http/request/spec-schemas.ts'
import { Ingest } from './ingest.ts'
import {
  envelope,
  ingest,
  item,
  stages,
  store,
  storedLines,
  submitJson,
  submitLines,
  useIngest,
} from './testing/fake-world.ts'

useIngest()

describe('limits', () => {
  const over = (name: string): object => ({ members: { limit: { name } } })

  it('refuses too many items of a JSON body', async () => {
    const items = `[${Array.from({ length: 10_001 }, () => '{"id":"a"}').join(',')}]`
    const problem = await refusalOf(
      submitJson(`{"channel":"sandbox","objectType":"p","action":"update","items":${items}}`),
    )
    expect(problem).toMatchObject({ code: 'too_many_items', ...over('maxItemsPerJsonRequest') })
  })

  it('refuses an itemCount above what a request may have, at once', async () => {
    const problem = await refusalOf(submitLines({ ...envelope, itemCount: 1_000_001 }))
    expect(problem).toMatchObject({ code: 'too_many_items', ...over('maxItemsPerNdjsonRequest') })
  })

  it('refuses a JSON body above 16 MiB', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"items":[')
      for (;;) yield Buffer.from(`{"id":"a","data":"${'x'.repeat(100_000)}"},`)
    }
    expect(await refusalOf(ingest.submitJob(stages.request('json', endless())))).toMatchObject({
      code: 'body_too_large',
      ...over('maxJsonBodyBytes'),
    })
  })

  it('takes a line of 1 MiB and names the one above', async () => {
    const line = (bytes: number): string => JSON.stringify({ id: 'a', data: 'x'.repeat(bytes - 20) })
    expect(line(1_048_576).length).toBe(1_048_576)
    const job = await submitLines(envelope, item(1), line(1_048_576), item(2))
    expect(stages.admitted[0]!.job.chunkStarts).toEqual([0, 1, 2])
    expect((await storedLines(job))[1]).toBe(line(1_048_576))
    const problem = await refusalOf(submitLines(envelope, item(1), line(1_048_577)))
    expect(problem).toMatchObject({ code: 'line_too_large', errors: [{ line: 3 }], ...over('maxLineBytes') })
    const inJson = await refusalOf(submitJson({ ...envelope, items: [item(1), JSON.parse(line(1_048_577))] }))
    expect(inJson).toMatchObject({ code: 'line_too_large', errors: [{ pointer: '/items/1' }], ...over('maxItemBytes') })
  })

  it('refuses an envelope above 64 KiB', async () => {
    const large = { ...envelope, metadata: { a: 'x'.repeat(70_000) } }
    expect(await refusalOf(submitJson({ ...large, items: [] }))).toMatchObject({
      code: 'line_too_large',
      ...over('maxEnvelopeBytes'),
    })
    expect(await refusalOf(submitLines(large))).toMatchObject({
      code: 'line_too_large',
      errors: [{ line: 1 }],
      ...over('maxEnvelopeBytes'),
    })
    const names = Array.from({ length: 20_000 }, (_, n) => `"name-${n}":0`).join(',')
    expect(await refusalOf(submitJson(`{${names}}`))).toMatchObject({ code: 'line_too_large' })
  })

  it('names all faults of an envelope at once, those that no schema sees too', async () => {
    const wrong = {
      ...envelope,
      channel: 'nowhere',
      source: 7,
      runAt: '2030-01-01T00:00:00Z',
      deadlineAt: '2029-01-01T00:00:00Z',
      retry: { rules: [{ status: ['599-500'], then: 'fail' }] },
      open: true,
      itemCount: 1,
      colour: 'red',
    }
    const { code, errors } = await refusalOf(submitJson(wrong))
    expect(code).toBe('bad_request')
    expect(errors?.map(({ pointer }) => pointer)).toEqual([
      '/source',
      '/colour',
      '/deadlineAt',
      '/retry/rules/0/status/0',
      '/itemCount',
      '/channel',
    ])
  })

  it('refuses more than may be pending, with Retry-After', async () => {
    stages.pendingBefore = 1_999_999
    expect(await submitJson({ ...envelope, items: [item(1)] })).toMatchObject({ status: 202 })
    const problem = await refusalOf(submitJson({ ...envelope, items: [item(1)] }))
    expect(problem).toMatchObject({ code: 'overloaded' })
    expect(problem.retryAfterSeconds).toBeGreaterThan(0)
  })

  it('counts items that are being received', async () => {
    const small = new Ingest(stages.options({ store, findFaults: envelopeFaults }, { maxPendingItems: 10 }))
    const body = new FedBody()
    const first = small.submitJob(stages.request('ndjson', body))
    body.push(linesOf(envelope, ...Array.from({ length: 8 }, (_, n) => item(n))))
    // All uploads share the slices of the loop: one that is full makes it wait for later ones.
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    expect(
      await refusalOf(small.submitJob(stages.request('json', { ...envelope, items: [item(1), item(2), item(3)] }))),
    ).toMatchObject({ code: 'overloaded' })
    expect(
      await refusalOf(small.submitJob(stages.request('ndjson', linesOf({ ...envelope, itemCount: 3 })))),
    ).toMatchObject({ code: 'overloaded' })
    body.end()
    expect(await first).toMatchObject({ status: 202 })
  })

  it('refuses new work when it stops', async () => {
    ingest.stop()
    expect(await refusalOf(submitJson({ ...envelope, items: [] }))).toMatchObject({ code: 'stopping' })
  })
})
