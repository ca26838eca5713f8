import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createLineSplitter } from './split-lines.ts'

it('splits lines wherever the chunks are cut, also within a character', () => {
  const text = fc.array(fc.constantFrom('\n', '\r', 'a', 'ü', '€', '😀')).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (whole, sizes) => {
      const bytes = new TextEncoder().encode(whole)
      const splitter = createLineSplitter()
      const lines: string[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length]!
        for (const line of splitter.push(bytes.slice(at, at + size))) lines.push(new TextDecoder().decode(line))
        at += size
      }
      lines.push(new TextDecoder().decode(splitter.rest()))
      expect(lines).toEqual(whole.split('\n'))
    }),
  )
})
