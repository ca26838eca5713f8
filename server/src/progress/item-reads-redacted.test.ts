import { describe, expect, test } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import type { StoredItem } from '../store/item-store.ts'
import { ask, bytes, ended, itemReadsWorld, stored } from './testing/item-reads-world.ts'

describe('ItemReads of a channel that redacts', () => {
  const error = (over: object = {}) => ({
    ...{ code: 'http_422', origin: 'connector', title: 'x', status: 422, detail: 'bad ann@x.de', retryable: false },
    ...{ pointer: null, ...over },
  })
  const failed = (over: object, line: unknown = { id: 'a', data: { email: 'ann@x.de' } }) =>
    stored(0, { ...ended, verdict: Verdict.failed, line: bytes(line), detail: bytes({ error: error(over) }) })
  const errorOf = async (item: StoredItem, options: Parameters<typeof itemReadsWorld>[6] = {}) => {
    const { reads } = itemReadsWorld([item], {}, {}, {}, null, ['/data/email', '/data/deep'], options)
    return (await reads.page(ask))!.items[0]!.item.error
  }

  test('SEC-2 a detail that may have been cut is hidden as a whole', async () => {
    const detail = `${'é'.repeat(508)} ann@`
    expect((await errorOf(failed({ detail })))!.detail).toBe('[redacted]')
    expect((await errorOf(failed({ detail: 'bad ann@x.de' })))!.detail).toBe('bad ***')
  })

  test('SEC-2 a title or pointer that may have been cut is hidden as a whole', async () => {
    const hidden = '[redacted]'
    const whole = { title: 'No ann@x.de', pointer: '/data/ann@x.de' }
    expect(await errorOf(failed(whole))).toMatchObject({ title: 'No ***', pointer: '/data/***' })
    for (const cut of ['The connector threw ann@…', 'x'.repeat(200)])
      expect((await errorOf(failed({ title: cut })))!.title).toBe(hidden)
    expect((await errorOf(failed({ pointer: `/${'x'.repeat(255)}` })))!.pointer).toBe(hidden)
    expect((await errorOf(failed({ detail: 'must have status "succeeded" or "failed": it is "ann@…' })))!.detail).toBe(
      hidden,
    )
    const { reads } = itemReadsWorld(
      [
        stored(0, {
          ...{ ...ended, line: bytes({ id: 'a', data: { email: 'ann@x.de' } }) },
          detail: bytes({ warnings: [{ code: 'w', detail: 'odd', pointer: '/data/ann@x.de' }] }),
        }),
      ],
      ...([{}, {}, {}, null, ['/data/email']] as const),
    )
    expect((await reads.page(ask))!.items[0]!.item.warnings[0]!.pointer).toBe('/data/***')
  })

  test('SEC-2 the error of a call of several items is hidden as a whole: it may repeat the data of the others', async () => {
    const http = { batchedBy: 'http' } as const
    const detail = 'refused: bob@x.de'
    const own = failed({ detail: 'bad ann@x.de', status: 200 })
    expect((await errorOf(own, http))!.detail).toBe('bad ***')
    for (const line of [{ id: 'a', data: { email: 'ann@x.de' } }, { id: 'a' }]) {
      expect((await errorOf(failed({ detail }, line), http))!.detail).toBe('[redacted]')
      const invalid = failed({ detail, status: 200, code: 'invalid_answer' }, line)
      expect((await errorOf(invalid, http))!.detail).toBe('[redacted]')
      const unreached = failed({ detail: 'ECONNREFUSED', status: null, code: 'connection_failed' }, line)
      expect((await errorOf(unreached, http))!.detail).toBe('ECONNREFUSED')
      const thrown = failed({ detail, status: null, code: 'thrown' }, line)
      expect((await errorOf(thrown, { batchedBy: 'module' }))!.detail).toBe('[redacted]')
    }
  })

  test('SEC-2 texts about data that was resolved by id are hidden as a whole', async () => {
    expect((await errorOf(failed({}, { id: 'a' }), { loadsData: true }))!.detail).toBe('[redacted]')
    expect((await errorOf(failed({}, { id: 'a' })))!.detail).toBe('bad ann@x.de')
  })

  test('faults stay a list where all is hidden', async () => {
    const deep = Array.from({ length: 300 }, (_, n) => `value-${n}`)
    const errors = [{ pointer: '/data/n', detail: 'is value-7' }]
    expect(await errorOf(failed({ errors }, { id: 'a', data: { deep } }))).toMatchObject({
      errors: [{ pointer: '/data/n', detail: '[redacted]' }],
    })
  })

  test('a hidden partition key is not found by a guess, but by those who see it', async () => {
    const line = bytes({ id: 'a', data: { email: 'ann@x.de' } })
    const { reads } = itemReadsWorld(
      [stored(0, { line })],
      { envelope: { partitionBy: '/data/email', channel: 'shop' } as never },
      ...([{}, {}, null, ['/data/email']] as const),
    )
    const find = async (unredacted: boolean, partitionKey: string) =>
      (await reads.page({ ...ask, unredacted, partitionKey }))!.items.length
    expect(await find(false, 'ann@x.de')).toBe(0)
    expect(await find(false, '[redacted]')).toBe(0)
    expect(await find(true, 'ann@x.de')).toBe(1)
  })
})
