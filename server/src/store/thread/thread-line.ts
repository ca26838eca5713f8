import { Worker } from 'node:worker_threads'
import type { Logger } from '../../runtime/logger.ts'
import type { RidingEntry } from '../audit-store.ts'
import type { StoreCapacity } from '../store-condition.ts'
import type { StandbyState } from '../server-store.ts'
import { StoreError } from '../store-error.ts'
import type { CallName, Calls, CommitFacts, ThreadMessage } from './messages.ts'
import { buffersOf } from './transfer.ts'

/** A program that runs as a thread of a store. */
export interface ThreadProgram {
  /** As it is named in errors. */
  readonly name: string
  readonly file: URL
  /** Passed to it at its start. */
  readonly data: object
}

/** The data of a thread as it gets it. */
export type ThreadOptions<Data extends object> = Data & {
  /** One 32-bit word, counted up after each message to the thread. */
  readonly bell: SharedArrayBuffer
}

export interface ThreadLineOptions {
  readonly program: ThreadProgram
  readonly logger: Logger
  /** Called once when the thread cannot continue; its calls have been rejected with the same error. */
  readonly onFatal: (error: StoreError) => void
  readonly onCapacity: (capacity: StoreCapacity) => void
  /** Called when it waits for another server, and when that changes. */
  readonly onStandby: (state: StandbyState) => void
  /** Called for each transaction with calls, before the first of them is answered. */
  readonly onCommit: (commit: CommitFacts) => void
  /** Called for each call that met damage, before it is rejected, and for what the thread met by itself. */
  readonly onDamaged: (error: StoreError) => void
}

interface PendingCall {
  resolve(result: unknown): void
  reject(error: StoreError): void
}

/** The main thread's end of the line to one of the store's threads: calls over, answers back, in any order. */
export class ThreadLine {
  readonly #options: ThreadLineOptions
  readonly #worker: Worker
  readonly #bell = new Int32Array(new SharedArrayBuffer(4))
  readonly #pending = new Map<number, PendingCall>()
  #lastId = 0
  #dead: StoreError | null = null
  #ending = false

  constructor(options: ThreadLineOptions) {
    this.#options = options
    const { name, file, data } = options.program
    this.#worker = new Worker(file, {
      workerData: { ...data, bell: this.#bell.buffer } satisfies ThreadOptions<object>,
      name,
      // node:sqlite says at each start that it is young.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker.on('message', (message: ThreadMessage) => this.#hear(message))
    this.#worker.on('error', (error) => this.#die(new StoreError('io', `Thread ${name} failed: ${String(error)}`)))
    this.#worker.on('exit', (code) =>
      this.#die(new StoreError('io', `Thread ${name} ended by itself with exit code ${code}`)),
    )
  }

  /**
   * Hands a call over.
   * @param transfer buffers that are transferred; the others are copied @default all of them
   * @param audit entries of the audit that are written with it @default none
   */
  call<Name extends CallName>(
    name: Name,
    args: Calls[Name]['args'],
    transfer: readonly ArrayBuffer[] = buffersOf(args),
    audit?: readonly RidingEntry[],
  ): Promise<Calls[Name]['result']> {
    if (this.#dead !== null) return Promise.reject(this.#dead)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve, reject })
      try {
        this.#worker.postMessage(audit === undefined ? { id, name, args } : { id, name, args, audit }, transfer)
        Atomics.add(this.#bell, 0, 1)
        Atomics.notify(this.#bell, 0)
      } catch (error) {
        this.#pending.delete(id)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  /** Ends the thread; call `close` on it before. */
  async end(): Promise<void> {
    this.#ending = true
    await this.#worker.terminate()
  }

  #hear(message: ThreadMessage): void {
    switch (message.kind) {
      case 'log':
        this.#options.logger[message.level](message.fields, message.message)
        return
      case 'capacity':
        this.#options.onCapacity(message.capacity)
        return
      case 'standby':
        this.#options.onStandby(message.state)
        return
      case 'damaged':
        this.#options.onDamaged(new StoreError('damaged', message.message))
        return
      case 'fatal':
        this.#die(new StoreError(message.code, message.message))
        return
      default: {
        const call = this.#pending.get(message.id)
        this.#pending.delete(message.id)
        if (message.kind === 'result') {
          if (message.commit !== undefined) this.#options.onCommit(message.commit)
          call?.resolve(message.result)
        } else this.#reject(call, new StoreError(message.code, message.message, message.channels))
      }
    }
  }

  #reject(call: PendingCall | undefined, error: StoreError): void {
    if (error.code === 'damaged') this.#options.onDamaged(error)
    call?.reject(error)
  }

  #die(error: StoreError): void {
    if (this.#dead !== null) return
    this.#dead = this.#ending
      ? new StoreError('closed', 'Cannot use the store as it must be started: it is closed')
      : error
    for (const call of this.#pending.values()) call.reject(this.#dead)
    this.#pending.clear()
    if (!this.#ending) this.#options.onFatal(error)
  }
}
