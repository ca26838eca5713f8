import { Writable } from 'node:stream'
import { type OutputStream, Terminal } from '../output/terminal.ts'

/** A stream that keeps what it is given. */
class FakeStream extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns = 80

  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
  }

  hasColors(): boolean {
    return this.isTTY
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

export interface FakeTerminal {
  readonly terminal: Terminal
  readonly stdout: { text: string }
  readonly stderr: { text: string }
}

export function createFakeTerminal(isTTY = false): FakeTerminal {
  const [stdout, stderr] = [new FakeStream(isTTY), new FakeStream(isTTY)]
  return { terminal: new Terminal(stdout as OutputStream, stderr as OutputStream), stdout, stderr }
}
