import { Writable } from 'node:stream'
import { WriteStream } from 'node:tty'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { OutputClosedError } from '../cli-errors.ts'
import { createFakeTerminal } from '../testing/fake-terminal.ts'
import { type OutputStream, Terminal } from './terminal.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Takes what is written when it is let: until then whoever writes waits. */
function createSlowStream() {
  const waiting: (() => void)[] = []
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void waiting.push(done) })
  return { stream, takeOne: () => waiting.shift()?.() }
}

function ignore(): OutputStream {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

describe('Terminal', () => {
  test('prints data to stdout and says everything else to stderr', async () => {
    const { terminal, stdout, stderr } = createFakeTerminal()
    await terminal.print('data')
    terminal.say('talk')
    expect([stdout.text, stderr.text]).toEqual(['data\n', 'talk\n'])
  })

  test('waits for a reader that is slower', async () => {
    const { stream, takeOne } = createSlowStream()
    let printed = false
    const printing = new Terminal(stream, ignore()).print('data').then(() => {
      printed = true
    })
    await new Promise(setImmediate)
    expect(printed).toBe(false)
    takeOne()
    await printing
  })

  test('stops printing when the reader has gone, also while it waits for it', async () => {
    const { stream } = createSlowStream()
    const terminal = new Terminal(stream, ignore())
    const printing = terminal.print('data')
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await expect(printing).rejects.toBeInstanceOf(OutputClosedError)
    await expect(terminal.print('more')).rejects.toBeInstanceOf(OutputClosedError)
  })

  test.each([
    [{}, true],
    [{ CI: 'false' }, true],
    [{ CI: 'true' }, false],
    [{ CI: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('is watched where it can be drawn over and is not kept as a log: %o', (env, isWatched) => {
    const tty = Object.assign(ignore(), { isTTY: true })
    expect(new Terminal(tty, tty, env).isWatched).toBe(isWatched)
    expect(new Terminal(tty, ignore(), env).isWatched).toBe(false)
  })

  test('has colours in a terminal, but where NO_COLOR is set', () => {
    const tty = new Writable() as unknown as OutputStream
    tty.isTTY = true
    tty.hasColors = WriteStream.prototype.hasColors
    Object.assign(tty, { getColorDepth: WriteStream.prototype.getColorDepth })
    const terminal = new Terminal(tty, tty)
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined)
    vi.stubEnv('TERM', 'xterm-256color')
    expect(terminal.style('red', 'text')).toBe('\u001b[31mtext\u001b[39m')
    vi.stubEnv('NO_COLOR', '1')
    expect([terminal.style('red', 'text'), terminal.stylePrinted('bold', 'text')]).toEqual(['text', 'text'])
    expect(createFakeTerminal(false).terminal.style('red', 'text')).toBe('text')
  })
})
