import { describe, expect, it } from 'vitest'
import { endOf, failureText } from './failure-text.ts'

const stack = `AssertionError: expected 1 to be 2
    at Proxy.toBe (file:///x/node_modules/chai/index.js:1:2)
    at ${process.cwd()}/test/flow/a.test.ts:12:3
    at ${process.cwd()}/test/flow/a.test.ts:40:3`

describe('failureText', () => {
  it('has the message, the place and the lines that differ, without colours', () => {
    const diff = '- Expected\n+ Received\n\n  [\n\u001B[32m-   "a",\u001B[39m\n\u001B[31m+   "b",\u001B[39m\n  ]'
    expect(failureText({ message: '\u001B[1mexpected 1 to be 2\u001B[22m', stack, diff })).toBe(
      'expected 1 to be 2\nat test/flow/a.test.ts:12:3\n-   "a",\n+   "b",',
    )
  })

  it('shows what was thrown where that is no error', () => {
    expect(failureText({ code: 'x' } as object)).toBe('{"code":"x"}')
    expect(failureText({ message: { title: 'y' }, stack: null })).toBe('{"title":"y"}')
  })

  it('has six lines of the difference and 600 characters at most', () => {
    const diff = Array.from({ length: 9 }, (_, n) => `+ ${n}`).join('\n')
    expect(failureText({ message: 'unequal', diff }).split('\n')).toEqual([
      'unequal',
      '+ 0',
      '+ 1',
      '+ 2',
      '+ 3',
      '+ 4',
      '+ 5',
    ])
    const long = failureText({ message: 'm'.repeat(5000), stack, diff: diff.replaceAll(/\d/g, 'd'.repeat(5000)) })
    expect(long.length).toBeLessThanOrEqual(600)
    expect(long).toContain('\n+ d')
  })

  it('has both ends of a long message', () => {
    expect(failureText({ message: `Cannot start server:\n${'log\n'.repeat(500)}EADDRINUSE` })).toMatch(
      /^Cannot start server:\nlog[\s\S]* \.\.\. [\s\S]*EADDRINUSE$/,
    )
  })
})

describe('endOf', () => {
  it('has the last 600 characters, without colours', () => {
    expect(endOf(`${'x'.repeat(900)}\n\u001B[31merror\u001B[39m\n`)).toBe(`${'x'.repeat(594)}\nerror`)
  })
})
