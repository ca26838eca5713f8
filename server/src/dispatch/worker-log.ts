import type { MessagePort } from 'node:worker_threads'
import { channelSecrets } from '../connectors/channel-secrets.ts'
import { SecretMask } from '../connectors/secret-mask.ts'
import type { ChannelConfig } from '../model/channel.ts'
import type { Logger } from '../runtime/logger.ts'
import type { FromLane } from './messages.ts'

/** Posts what is logged in a lane to the main thread, without the secrets of its channel. */
export class LaneLog implements Logger {
  readonly #port: MessagePort
  #secrets: readonly string[]
  #mask: SecretMask

  constructor(port: MessagePort, config: ChannelConfig) {
    this.#port = port
    this.#secrets = channelSecrets(config)
    this.#mask = new SecretMask(this.#secrets)
  }

  /** Hides the secrets of another configuration as well; calls of the one before may still run. */
  configure(config: ChannelConfig): void {
    const before = this.#secrets
    this.#secrets = channelSecrets(config)
    this.#mask = new SecretMask([...before, ...this.#secrets])
  }

  masked(text: string): string {
    return this.#mask.text(text)
  }

  // Connectors may take them apart: `const { info } = context.logger`.
  readonly debug = (fields: object, message: string): void => {
    this.#post('debug', fields, message)
  }
  readonly info = (fields: object, message: string): void => {
    this.#post('info', fields, message)
  }
  readonly warn = (fields: object, message: string): void => {
    this.#post('warn', fields, message)
  }
  readonly error = (fields: object, message: string): void => {
    this.#post('error', fields, message)
  }

  #post(level: keyof Logger, fields: object, message: string): void {
    const line: FromLane = { kind: 'log', level, fields: this.#plain(fields), message: this.masked(String(message)) }
    this.#port.postMessage(line)
  }

  /** Fields as JSON has them: what a message cannot carry is left out. */
  #plain(fields: object): object {
    try {
      return JSON.parse(this.#mask.json(JSON.stringify(fields))) as object
    } catch {
      return {}
    }
  }
}
