import type { Item } from '@waybill/spec'
import { expect, test } from 'vitest'
import { Redaction } from '../model/redaction.ts'
import { TimeSlice } from '../runtime/time-slice.ts'
import { ItemRedactor } from './redact-item.ts'

const HIDDEN = '[redacted]'
const OWN = { email: 'ann@x.de' }

/** An item as those see it who do not see everything. */
async function redacted(
  shown: Partial<Item>,
  { data = OWN, ...options }: { readonly data?: object } & ConstructorParameters<typeof Redaction>[1] = {},
): Promise<Item> {
  const maskOf = (values: readonly string[]) => ({
    text: (text: string) => values.reduce((masked, value) => masked.replaceAll(value, '***'), text),
    value: (value: unknown) => value,
  })
  const redactor = new ItemRedactor(new Redaction(['/data/email'], options), { slice: new TimeSlice('test'), maskOf })
  const item = { partitionKey: null, result: null, warnings: [], error: null, attempts: 1, ...shown } as unknown as Item
  const line = Buffer.from(JSON.stringify(data))
  return (await redactor.redact({ item }, { partitionBy: 'item', line })).item
}

function errorOf(over: object): Partial<Item> {
  const error = { code: 'http_422', origin: 'connector', title: 'x', status: 422, detail: null, pointer: null, ...over }
  return { error: error as Item['error'] }
}

test('SEC-2 titles and pointers are masked, and hidden as a whole where they may have been cut', async () => {
  const whole = await redacted(errorOf({ title: 'No ann@x.de', pointer: '/data/ann@x.de' }))
  expect(whole.error).toMatchObject({ title: 'No ***', pointer: '/data/***' })
  for (const title of ['The connector threw ann@…', 'x'.repeat(200)])
    expect((await redacted(errorOf({ title }))).error!.title).toBe(HIDDEN)
  expect((await redacted(errorOf({ pointer: `/${'x'.repeat(255)}` }))).error!.pointer).toBe(HIDDEN)
  expect((await redacted(errorOf({ detail: 'must have status "failed": it is "ann@…' }))).error!.detail).toBe(HIDDEN)
  const { warnings } = await redacted({ warnings: [{ code: 'odd', detail: 'ann@x.de', pointer: '/data/ann@x.de' }] })
  expect(warnings).toEqual([{ code: 'odd', detail: '***', pointer: '/data/***' }])
})

test.each([{ data: OWN }, { data: {} }])(
  'SEC-2 the error of a call of several items is hidden as a whole, as it may repeat the data of others: %j',
  async ({ data }) => {
    const detailOf = async (over: object, batchedBy: 'http' | 'module') =>
      (await redacted(errorOf(over), { data, batchedBy })).error!.detail
    const detail = 'refused: bob@x.de'
    expect(await detailOf({ detail }, 'http')).toBe(HIDDEN)
    expect(await detailOf({ detail, status: 200, code: 'invalid_answer' }, 'http')).toBe(HIDDEN)
    expect(await detailOf({ detail, status: null, code: 'thrown' }, 'module')).toBe(HIDDEN)
    expect(await detailOf({ detail: 'no such price', status: 200, code: 'rejected' }, 'http')).toBe('no such price')
    const unreached = { detail: 'ECONNREFUSED', status: null, code: 'connection_failed' }
    expect(await detailOf(unreached, 'http')).toBe('ECONNREFUSED')
  },
)
