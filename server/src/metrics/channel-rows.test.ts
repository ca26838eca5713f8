import { describe, expect, it } from 'vitest'
import { ChannelRows, HIDDEN_ROW, OTHER_ROW } from './channel-rows.ts'
import { MAX_CHANNELS } from './metric-table.ts'

const all = () => true

function full(work: number): ChannelRows {
  const rows = new ChannelRows()
  for (let n = 0; n < MAX_CHANNELS; n++) rows.rowOf(`early-${n}`, work)
  return rows
}

describe('the rows of channels', () => {
  it('are given to the first 200, the others share one', () => {
    const rows = full(1)
    expect(rows.rowOf('early-7')).toBe(7)
    expect(rows.rowOf('late')).toBe(OTHER_ROW)
    expect(rows.label(OTHER_ROW)).toBe('other')
    expect([...rows.used()]).toHaveLength(MAX_CHANNELS + 2)
  })

  it('show internal channels as one, and no channel under the label of another', () => {
    const rows = new ChannelRows()
    expect(rows.rowOf('~endpoint-1')).toBe(HIDDEN_ROW)
    expect(rows.rowOf('~endpoint-2')).toBe(HIDDEN_ROW)
    expect(rows.label(HIDDEN_ROW)).toBe('webhooks')
    expect(rows.rowOf('webhooks')).toBe(HIDDEN_ROW)
    expect(rows.rowOf('other')).toBe(OTHER_ROW)
  })

  it('pass from an idle channel to a busier one, which begins at 0', () => {
    const rows = full(10)
    const freed: number[] = []
    rows.onFreed((row) => freed.push(row))
    rows.rowOf('early-3', -8)
    rows.rowOf('busy', 100)
    rows.rank(0, all)
    expect(freed).toEqual([3])
    expect(rows.rowOf('busy')).toBe(3)
    expect(rows.rowOf('early-3')).toBe(OTHER_ROW)
  })

  it('stay where the others are not much busier', () => {
    const rows = full(10)
    rows.rowOf('late', 15)
    rows.rank(0, all)
    expect(rows.rowOf('late')).toBe(OTHER_ROW)
  })

  it('pass first from channels that are gone', () => {
    const rows = full(10)
    rows.rowOf('late', 1)
    rows.rank(0, (name) => name !== 'early-9')
    expect(rows.rowOf('late')).toBe(9)
  })

  it('are ranked once a minute', () => {
    const rows = full(1)
    rows.rank(0, all)
    rows.rowOf('late', 100)
    rows.rank(59_999, all)
    expect(rows.rowOf('late')).toBe(OTHER_ROW)
    rows.rank(60_000, all)
    expect(rows.rowOf('late')).not.toBe(OTHER_ROW)
  })
})
