import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bytesOfItem, itemsPerSecond, readResults, scalePlot } from './scale-plot.ts'

const results = readResults()

it('the plot in docs/scale.md is as `npm run generate` writes it', () => {
  const file = join(import.meta.dirname, '../../docs/images/scale.svg')
  expect(readFileSync(file, 'utf8')).toBe(scalePlot(results))
})

it.each(results.bytes)('the estimated bytes of an item are near to what was measured: $itemBytes', (row) => {
  const { log, files } = bytesOfItem(row.itemBytes)
  expect(Math.abs(log / (row.accepted + row.delivered) - 1)).toBeLessThan(0.06)
  expect(Math.abs(files / row.kept - 1)).toBeLessThan(0.06)
})

it('the disk decides for large items, the processor for small ones', () => {
  expect(itemsPerSecond(100, 1e9)).toBe(451_000)
  expect(itemsPerSecond(10_000, 1e9)).toBeLessThan(1e9 / 20_000)
  expect(itemsPerSecond(1000, 125e6)).toBeCloseTo(itemsPerSecond(1000, 250e6) / 2)
})
