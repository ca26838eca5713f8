import { describe, expect, it } from 'vitest'
import type { Input } from './open-input.ts'
import { readItem } from './read-json.ts'

function inputOf(text: string | Uint8Array): Input {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 1024 * 1024)
      yield await Promise.resolve(bytes.subarray(at, at + 1024 * 1024))
  }
  return { name: 'item.json', fileName: 'item.json', bytes: pieces(), sizeBytes: null, readBytes: 0 }
}

describe('readItem', () => {
  it('reads an object, also behind a byte order mark', async () => {
    expect(await readItem(inputOf('\ufeff{"id":"a"}'))).toEqual({ id: 'a' })
  })

  it.each([
    ['{"id":"a",\n"data":}', 'line 2, column 8 must be JSON: '],
    ['{"id":"a"', 'line 1, column 10 must be JSON: Expected'],
    ['{\n  id: 1}', 'line 2, column 3 must be JSON: '],
    ['{"id":"a"}\n{"id":"b"}', 'line 2, column 1 must be JSON: '],
    ['{"a":tru }', 'line 1, column 9 must be JSON: '],
    ['', 'line 1, column 1 must be JSON: '],
    ['[]', 'it must be one item, an object with the field id: it is an array'],
    ['null', 'it must be one item, an object with the field id: it is null'],
  ])('refuses %j', async (text, said) => {
    const error = await readItem(inputOf(text)).catch((reason: unknown) => reason as Error)
    expect((error as Error).message).toContain(`Cannot read item.json as ${said}`)
    expect((error as Error).message).not.toContain('\n')
  })

  it('finds every place at which a document goes wrong', async () => {
    const text = '{"id":"a\\u0041","data":{"n":[1,-2.5e3,true,null],"s":"x"}}'
    for (let at = 0; at < text.length; at++) {
      const broken = `${text.slice(0, at)}\u0001${text.slice(at + 1)}`
      await expect(readItem(inputOf(broken)), String(at)).rejects.toThrow(`column ${at + 1} must be JSON`)
    }
  })

  it('refuses what is no UTF-8, and what is too long', async () => {
    await expect(readItem(inputOf(Uint8Array.of(0x22, 0xff, 0x22)))).rejects.toThrow('must be UTF-8')
    await expect(readItem(inputOf(Buffer.alloc(17 * 1024 * 1024, ' ')))).rejects.toThrow('at most 16777216 bytes')
  })
})
