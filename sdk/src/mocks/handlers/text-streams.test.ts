import { describe, expect, it } from 'vitest'
import { createTextStream, streamTexts } from './text-streams.ts'

/** Reads a stream: the data received, and whether it broke off. */
async function readAll(stream: ReadableStream<Uint8Array>): Promise<[text: string, end: string]> {
  let text = ''
  try {
    for await (const chunk of stream) text += new TextDecoder().decode(chunk)
    return [text, 'closed']
  } catch (error) {
    return [text, (error as Error).message]
  }
}

describe('streamTexts', () => {
  it.each([
    [null, 'one two three ', 'closed'],
    [{ afterItems: 2 }, 'one two ', 'terminated'],
    [{ afterBytes: 6 }, 'one tw', 'terminated'],
    [{}, 'one ', 'terminated'],
    [{ afterItems: 9 }, 'one two three ', 'closed'],
  ])('broken off by %j gives %j', async (drop, text, end) => {
    expect(await readAll(streamTexts(['one ', 'two ', 'three '], drop))).toEqual([text, end])
  })
})

describe('createTextStream', () => {
  it('gives what was written, before and after somebody reads', async () => {
    const { stream, write, end } = createTextStream(null)
    write('one ')
    const all = readAll(stream)
    write('two ')
    await new Promise((resolve) => setTimeout(resolve))
    write('three ')
    end()
    expect(await all).toEqual(['one two three ', 'closed'])
  })

  it('reports once when it breaks off, and what was written before still arrives', async () => {
    let overCalls = 0
    const { stream, write } = createTextStream({ afterItems: 2 }, () => overCalls++)
    write('one ')
    expect(overCalls).toBe(0)
    write('two ')
    write('three ')
    expect(await readAll(stream)).toEqual(['one two ', 'terminated'])
    expect(overCalls).toBe(1)
  })

  it('reports when nobody reads it any more', async () => {
    let overCalls = 0
    const { stream } = createTextStream(null, () => overCalls++)
    await stream.cancel()
    expect(overCalls).toBe(1)
  })
})
