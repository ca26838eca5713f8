import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { readJson } from './read-json.ts'

/** A body that came packed. */
function packed(text: string) {
  const sent = gzipSync(text).length
  async function* body(): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += 16_384) yield await Promise.resolve(bytes.subarray(at, at + 16_384))
  }
  return Object.assign(body(), { sentBytes: () => sent })
}

const read = (text: string) => readJson(packed(text), new TimeSlice('default'))

describe('readJson', () => {
  it('takes packed bodies that are as much alike as honest ones are', async () => {
    const items = Array.from({ length: 500 }, (_, index) => ({ jobId: `job_${'0'.repeat(32)}`, index }))
    expect((await read(JSON.stringify({ decision: 'retry', items }))).value).toMatchObject({ items })
    expect((await read('{}'.padEnd(4000))).value).toEqual({})
  })

  it.each([
    ['brackets', '['.repeat(60_000)],
    ['empty rules', JSON.stringify({ retry: { rules: new Array(16_000).fill({}) } })],
    ['blanks', '{}'.padEnd(60_000)],
  ])('refuses %s that unpack to far more than was sent', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'bad_request',
      message: 'Cannot read the body as it must unpack to at most 64 times its size: it unpacks to more',
    })
  })

  it('refuses what is nested too deep before it is parsed', async () => {
    await expect(read(`${'['.repeat(65)}${']'.repeat(65)}`)).rejects.toMatchObject({ code: 'bad_request' })
    expect((await read(`${'['.repeat(64)}${']'.repeat(64)}`)).value).toHaveLength(1)
  })

  it('charges its caller for the parsing, who pays with the bytes that were sent and not with what they unpack to', async () => {
    const slice = new TimeSlice('default')
    const [earn, run] = [vi.spyOn(slice, 'earn'), vi.spyOn(slice, 'run')]
    const body = packed('{}'.padEnd(4000))
    await readJson(body, slice)
    expect(body.sentBytes()).toBeLessThan(100)
    expect(earn.mock.calls).toEqual([[body.sentBytes()]])
    expect(run).toHaveBeenCalledOnce()
  })
})
