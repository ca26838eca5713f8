import { expect, test } from 'vitest'
import { filterMetrics, readSamples } from './metrics-text.ts'

const text = `# HELP waybill_items Items
# TYPE waybill_items gauge
waybill_items{channel="a \\"b\\"\\\\",status="pending"} 3
# HELP waybill_wait_seconds Wait
# TYPE waybill_wait_seconds histogram
waybill_wait_seconds_bucket{le="+Inf"} 4
waybill_wait_seconds_sum 1.5
waybill_up NaN
`

test('metrics are chosen by a piece of their name, with what describes them', () => {
  expect(filterMetrics(text, 'wait_seconds')).toEqual(text.split('\n').slice(3, 7))
  expect(filterMetrics(text, 'wait_seconds_sum')).toEqual(['waybill_wait_seconds_sum 1.5'])
  expect(filterMetrics(text, '')).toHaveLength(8)
  expect(filterMetrics(text, 'pending')).toEqual([])
})

test('each value is read with its labels', () => {
  expect(readSamples(filterMetrics(text, ''))).toEqual([
    { name: 'waybill_items', labels: { channel: 'a "b"\\', status: 'pending' }, value: 3 },
    { name: 'waybill_wait_seconds_bucket', labels: { le: '+Inf' }, value: 4 },
    { name: 'waybill_wait_seconds_sum', labels: {}, value: 1.5 },
    { name: 'waybill_up', labels: {}, value: 'NaN' },
  ])
})
