import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteLines, LineTooLongError } from './read-body.ts'

const MAX = 64 * 1024

/** All blocks for a body cut at the given offsets, copied as they come. */
function blocksOf(body: Buffer, cuts: readonly number[], maxLineBytes = MAX): Buffer[] {
  const lines = new ByteLines(maxLineBytes)
  const blocks: Buffer[] = []
  const borders = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const to of [...borders, body.length]) {
    for (const block of lines.push(body.subarray(from, to))) blocks.push(Buffer.from(block))
    from = to
  }
  for (const block of lines.end()) blocks.push(Buffer.from(block))
  return blocks
}

const line = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'ü', '👟', ' ', '\r', '\ufeff', '{'), maxLength: 12 }),
  fc.nat(200).map((length) => 'x'.repeat(length)),
)

describe('ByteLines', () => {
  it('gives the same lines wherever the body is cut', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.nat(3000)),
        (texts, mark, end, closed, cuts) => {
          const text = texts.join(end) + (closed ? end : '')
          const body = Buffer.from((mark ? '\ufeff' : '') + text)
          const all = Buffer.concat(blocksOf(body, cuts)).toString()
          const complete = body.length === 0 || text.endsWith('\n') ? text : `${text}\n`
          const expected = mark ? complete : complete.replace(/^\ufeff/, '')
          expect(all).toBe(expected.replaceAll('\r\n', '\n'))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives whole lines in blocks of at most 64 KiB, but for longer lines', () => {
    const texts = [
      ...Array.from({ length: 3000 }, (_, n) => `${n}-${'x'.repeat(n % 97)}`),
      'y'.repeat(200_000),
      'z',
      'y'.repeat(70_000),
    ]
    const body = Buffer.from(texts.join('\n'))
    const blocks = blocksOf(body, [100, 7777, 150_000, 330_000], 200_000)
    expect(Buffer.concat(blocks).toString()).toBe(`${texts.join('\n')}\n`)
    for (const block of blocks) {
      expect(block.at(-1)).toBe(10)
      if (block.length > MAX) expect(block.indexOf(10)).toBe(block.length - 1)
    }
  })

  it('takes a line of the limit and refuses one byte more, after the lines before it', () => {
    for (const cuts of [[], [5], [MAX], [3, 70_000], Array.from({ length: 70 }, (_, n) => n * 1000)]) {
      for (const end of ['\n', '\r\n', '']) {
        const fits = Buffer.from(`a\n${'x'.repeat(MAX)}${end}`)
        expect(Buffer.concat(blocksOf(fits, cuts)).length).toBe(MAX + 3)
        const lines = new ByteLines(MAX)
        const seen: string[] = []
        const push = (): void => {
          for (const block of lines.push(Buffer.from(`a\n${'x'.repeat(MAX + 1)}${end}`))) seen.push(block.toString())
          for (const block of lines.end()) seen.push(block.toString())
        }
        expect(push).toThrow(LineTooLongError)
        expect(seen).toEqual(['a\n'])
      }
    }
  })

  it('does not hold a line that never ends', () => {
    const lines = new ByteLines(MAX)
    const push = (): void => {
      for (let n = 0; n < 1000; n++) expect([...lines.push(Buffer.alloc(1000, 'x'))]).toEqual([])
    }
    expect(push).toThrow(LineTooLongError)
  })

  it('leaves the buffers it is given as they are', () => {
    const body = Buffer.from('a\r\nb\r\n')
    const before = Buffer.from(body)
    blocksOf(body, [1])
    expect(body.equals(before)).toBe(true)
  })
})
