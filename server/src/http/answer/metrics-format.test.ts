import { expect, it } from 'vitest'
import { metricsFormatOf } from './metrics-format.ts'

it.each([
  [undefined, 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/plain', 'prometheus'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1', 'openmetrics'],
  ['application/openmetrics-text;q=0.2, text/plain;q=0.8', 'prometheus'],
  ['application/openmetrics-text;q=0', 'prometheus'],
  ['APPLICATION/OpenMetrics-Text; Q=x, text/plain;q=0.1', 'prometheus'],
] as const)('%s prefers %s', (accept, format) => {
  expect(metricsFormatOf(accept)).toBe(format)
})
