import { describe, expect, it } from 'vitest'
import { FLAG_PERMANENT } from '../model/outcome-batch.ts'
import { delivered, deliveredQuietly } from './answer.ts'
import type { Call, Connector, ItemAnswer } from './connector.ts'
import { ItemSchemaConnector } from './item-schema-connector.ts'
import { ItemSchema } from './item-schema/item-schema.ts'
import { callOf, detailOf } from './testing/fake-http-calls.ts'

const schema = new ItemSchema({ type: 'object', required: ['price'], properties: { price: { type: 'number' } } })

/** Answers with the id of each item. */
class Echo implements Connector {
  readonly batchSize = 100
  readonly calls: Call[] = []
  closed = false

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    this.calls.push(call)
    const answers = call.items.map(({ line }) =>
      delivered({ httpStatus: 200, result: JSON.stringify((JSON.parse(line) as { id: string }).id), warnings: [] }),
    )
    return this.calls.length % 2 === 1 ? answers : Promise.resolve(answers)
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

const good = (id: string): string => JSON.stringify({ id, data: { price: 1 } })
const bad = (id: string): string => JSON.stringify({ id, data: { price: '1' } })

describe('ItemSchemaConnector', () => {
  it('calls with the valid items of a batch, and answers in the order of all', async () => {
    const inner = new Echo()
    const connector = new ItemSchemaConnector(inner, schema)
    for (let n = 0; n < 2; n++) {
      const answers = await connector.deliver(callOf([good('a'), bad('b'), good('c'), bad('d')]))
      expect(answers.map((answer) => detailOf(answer).result ?? detailOf(answer).error?.code)).toEqual([
        'a',
        'item_schema_mismatch',
        'c',
        'item_schema_mismatch',
      ])
      expect(inner.calls[n]!.items.map(({ index }) => index)).toEqual([40, 42])
    }
    expect(connector.batchSize).toBe(100)
    await connector.close()
    expect(inner.closed).toBe(true)
  })

  it('ends an item that is not valid without a call, for good, with its faults', () => {
    const inner = new Echo()
    const answers = new ItemSchemaConnector(inner, schema).deliver(callOf([bad('b')]))
    expect(inner.calls).toEqual([])
    const [answer] = answers as readonly ItemAnswer[]
    expect(answer).toMatchObject({
      succeeded: false,
      httpStatus: 0,
      flags: FLAG_PERMANENT,
      retryAtMs: 0,
      uncalled: true,
    })
    expect(detailOf(answer).error).toEqual({
      code: 'item_schema_mismatch',
      origin: 'engine',
      title: 'The data is not valid by the schema of the channel',
      status: null,
      detail: '/data/price must be a number: current value is a string',
      retryable: false,
      pointer: '/data/price',
      errors: [{ pointer: '/data/price', detail: 'must be a number: current value is a string' }],
    })
  })

  it('hands on a call of valid items as it is', () => {
    const inner = new Echo()
    const call = callOf([good('a'), good('b')])
    expect(new ItemSchemaConnector(inner, schema).refusals(call)).toBe(null)
    void new ItemSchemaConnector(inner, schema).deliver(call)
    expect(inner.calls[0]).toBe(call)
  })

  it('does not check twice what was asked before the call', () => {
    const inner = new Echo()
    const call = callOf([bad('a')], { refusals: null })
    void new ItemSchemaConnector(inner, schema).deliver(call)
    expect(inner.calls[0]).toBe(call)
    const refusals = [null, deliveredQuietly]
    const answers = new ItemSchemaConnector(new Echo(), schema).deliver(callOf([bad('a'), good('b')], { refusals }))
    expect((answers as readonly ItemAnswer[])[1]).toBe(deliveredQuietly)
  })

  it('checks an item without data as null, but for one that deletes', () => {
    const isRefused = (line: object, options: Partial<Call> = {}): boolean =>
      new ItemSchemaConnector(new Echo(), schema).refusals(callOf([JSON.stringify(line)], options)) !== null
    const job = { ...callOf([]).job, action: 'delete' as const }
    expect(isRefused({ id: 'a' })).toBe(true)
    expect(isRefused({ id: 'a', data: null })).toBe(true)
    expect(isRefused({ id: 'a', action: 'delete' })).toBe(false)
    expect(isRefused({ id: 'a' }, { job })).toBe(false)
    expect(isRefused({ id: 'a', action: 'update' }, { job })).toBe(true)
    expect(isRefused({ id: 'a', action: 'delete', data: { price: 'x' } })).toBe(true)
  })

  it('lets the time of the whole call run out for the rest of it', () => {
    const inner = new Echo()
    const call = callOf([good('a'), bad('b')])
    void new ItemSchemaConnector(inner, schema).deliver(call)
    const [rest] = inner.calls
    const listener = (): void => {}
    rest!.onTimedOut = listener
    expect(call.onTimedOut).toBe(listener)
    expect(rest!.signal).toBe(call.signal)
    expect(rest).toMatchObject({ epoch: 7, timedOut: false, credentials: null, job: call.job })
  })
})
