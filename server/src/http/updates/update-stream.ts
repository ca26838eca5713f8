import type { Resync, UpdateEvent } from '@waybill/spec'
import type { EventConnection } from '../answer/event-connection.ts'

/** One stream of updates. Nothing waits for a client that reads slowly: events are left out, and it is told to read again once it has caught up. */
export class UpdateStream {
  readonly #connection: EventConnection
  readonly #lastId: () => string
  #hasMissed = false
  /** Names of channels that are not shown yet, in the order in which they will be; null: it shows none. */
  channelsLeft: string[] | null = null

  /** @param lastId names the present moment */
  constructor(connection: EventConnection, lastId: () => string) {
    this.#connection = connection
    this.#lastId = lastId
    connection.onDrain = () => {
      if (!this.#hasMissed) return
      this.#hasMissed = false
      this.resync('slow_reader')
    }
  }

  /** Whether an event would be sent now. */
  get canSend(): boolean {
    return this.#connection.canSend
  }

  send(event: Buffer): void {
    if (this.#connection.canSend) this.#connection.send(event)
    else this.#hasMissed = true
  }

  resync(reason: Resync['data']['reason']): void {
    this.send(eventText('resync', this.#lastId(), JSON.stringify({ reason })))
  }
}

/** One event as it is sent. */
export function eventText(event: UpdateEvent['event'], id: string, json: string): Buffer {
  return Buffer.from(`event: ${event}\nid: ${id}\ndata: ${json}\n\n`)
}
