import type { ServerProcess } from './server-process.ts'

/** For `preload` of a server that runs from source. */
export const CHANNELS_PRELOAD = new URL('./channels-preload.ts', import.meta.url)

/** Adopts and releases channels of a server process that has `CHANNELS_PRELOAD`. */
export class ChannelSwitch {
  readonly #server: ServerProcess

  constructor(server: ServerProcess) {
    this.#server = server
  }

  /** Resolves when everything unfinished of the channel has its place again. */
  async adopt(channel: string): Promise<void> {
    await this.#call(`adopt/${channel}`)
  }

  /** Resolves when nothing of the channel runs or is in memory. */
  async release(channel: string): Promise<void> {
    await this.#call(`release/${channel}`)
  }

  /** Takes channels over in the store, as another server does: this one is not notified. */
  async take(channels: readonly string[]): Promise<void> {
    await this.#call(`take/${channels.join(',')}`)
  }

  /** Bytes in use after a collection. */
  async memoryBytes(): Promise<number> {
    return (await this.#call('memory')) as number
  }

  async #call(path: string): Promise<unknown> {
    const port = [...this.#server.output.matchAll(/\{"channelsPort":(\d+)\}/g)].at(-1)?.[1]
    if (port === undefined) throw new Error('Cannot switch channels as the server must have CHANNELS_PRELOAD')
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST' })
    if (response.status !== 200) throw new Error(`Cannot ${path}: ${await response.text()}`)
    return response.json()
  }
}
