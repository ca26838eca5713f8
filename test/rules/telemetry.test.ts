import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withMetrics } from '../../scripts/metrics-table.ts'
import { declaredEvents, readEvents, withEvents } from '../../scripts/telemetry-events.ts'

const page = readFileSync(join(import.meta.dirname, '../../ARCHITECTURE.md'), 'utf8')

describe('the events of telemetry', () => {
  it('stand in the table of ARCHITECTURE.md, which is as `npm run generate` writes it', () => {
    expect(withEvents(page, declaredEvents())).toBe(page)
  })

  it('are read with their sentences and fields, those of the interfaces they extend included', () => {
    const source = `
      interface Job { readonly id: string }
      interface Ended extends Job { readonly end: { at: number } }
      interface TelemetryEvents {
        /** It
         * ended. */
        'job.ended': Ended
        /** A pause. */
        'channel.paused': { readonly channel: string; readonly atMs: number }
      }`
    expect(readEvents(source)).toEqual([
      { name: 'job.ended', when: 'It ended.', fields: ['id', 'end'] },
      { name: 'channel.paused', when: 'A pause.', fields: ['channel', 'atMs'] },
    ])
    expect(() => readEvents("interface TelemetryEvents { 'a.b': { x: 1 } }")).toThrow('a.b must have a comment')
  })
})

it('the table of metrics in server/README.md is as `npm run generate` writes it', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../server/README.md'), 'utf8')
  expect(withMetrics(readme)).toBe(readme)
  expect(() => withMetrics('')).toThrow('the page must have its two marks')
})
