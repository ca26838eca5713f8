import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { StoreCapacity } from '../store-condition.ts'
import type { StandbyState } from '../server-store.ts'
import type { StoreError } from '../store-error.ts'
import type { CallMessage, CommitFacts, ThreadMessage } from './messages.ts'
import { buffersOf } from './transfer.ts'

/** The thread's end of the line to the main thread. */
export class ThreadPort {
  readonly #port: MessagePort
  readonly #bell: Int32Array
  #first: CallMessage | null = null

  constructor(port: MessagePort, bell: SharedArrayBuffer) {
    this.#port = port
    this.#bell = new Int32Array(bell)
  }

  /** How many messages were sent to the thread so far, modulo 2^32. */
  get rung(): number {
    return Atomics.load(this.#bell, 0)
  }

  /** Holds the thread until there are more than `rung` messages, at most `ms`. A message is noticed some 10 us sooner than by the event loop. */
  sleep(rung: number, ms: number): void {
    Atomics.wait(this.#bell, 0, rung, ms)
  }

  /** Calls back when messages wait; `receive` then gives them. */
  onMessages(work: () => void): void {
    this.#port.on('message', (message: CallMessage) => {
      this.#first = message
      work()
    })
  }

  /** The next message that waits, without waiting for one. */
  receive(): CallMessage | undefined {
    if (this.#first !== null) {
      const message = this.#first
      this.#first = null
      return message
    }
    return receiveMessageOnPort(this.#port)?.message
  }

  succeed(id: number, result: unknown, commit: CommitFacts | null = null): void {
    this.#post({ kind: 'result', id, result, ...(commit !== null && { commit }) }, buffersOf(result))
  }

  fail(id: number, { code, message, channels }: StoreError): void {
    this.#post({ kind: 'failure', id, code, message, channels })
  }

  log(level: 'warn' | 'error', fields: object, message: string): void {
    this.#post({ kind: 'log', level, fields, message })
  }

  capacity(capacity: StoreCapacity): void {
    this.#post({ kind: 'capacity', capacity })
  }

  damaged({ message }: StoreError): void {
    this.#post({ kind: 'damaged', message })
  }

  standby(state: StandbyState): void {
    this.#post({ kind: 'standby', state })
  }

  fatal({ code, message }: StoreError): void {
    this.#post({ kind: 'fatal', code, message })
  }

  #post(message: ThreadMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer)
  }
}
