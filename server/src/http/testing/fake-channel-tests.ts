import type { ChannelTest, TestedCall } from '../../dispatch/channel-tests.ts'
import type { HttpPorts } from '../http-ports.ts'

/** Answers every test of a channel alike, and keeps what was asked. */
export class FakeChannelTests {
  readonly asked: (Omit<ChannelTest, 'line'> & { readonly channel: string; readonly line: string })[] = []
  tested: TestedCall = { sent: false, request: null, answer: null, outcome: null }

  readonly run: HttpPorts['channelTests']['run'] = async ({ name }, { line, ...test }) => {
    this.asked.push({ channel: name, ...test, line: Buffer.from(line).toString() })
    return this.tested
  }
}
