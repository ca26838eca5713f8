import { type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Logger } from '../../runtime/logger.ts'
import type { RidingEntry } from '../audit-store.ts'
import type { ChunkDraft } from '../item-store.ts'
import type { JobPublication } from '../job-store.ts'
import type { StandbyState } from '../server-store.ts'
import type { StoreCapacity } from '../store-condition.ts'
import { StoreError } from '../store-error.ts'
import type { CallMessage, CallName, Calls, CommitFacts, ThreadMessage } from './messages.ts'

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
  /** Called for each call that is refused with `stale_term`, before it is rejected. */
  readonly onTermsLost: (channels: readonly string[]) => void
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
    else if (error.code === 'stale_term') this.#options.onTermsLost(error.channels)
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

/*
 * Bytes go between threads without a copy: their buffers are transferred. A view over a part of a buffer (a slice of Node's pool
 * above all) is copied first: sending it as it is would copy or take away the whole buffer.
 */

/** A view that owns its buffer, and so may be transferred. */
export function owned<View extends Uint8Array | Uint32Array>(view: View): View {
  const { buffer } = view
  if (buffer instanceof ArrayBuffer && buffer.byteLength === view.byteLength) return view
  return (view instanceof Uint32Array ? view.slice() : Uint8Array.from(view)) as View
}

/** A publication in buffers that may be transferred to the writer's thread; so are the chunks and batches below. */
export function ownedPublication(publication: JobPublication): JobPublication {
  const { chunks, outcomes, retries = [] } = publication
  return {
    ...publication,
    chunks: chunks.map(ownedChunk),
    outcomes: outcomes.map(ownedBatch),
    retries: retries.map(({ ref, indexes }) => ({ ref, indexes: owned(indexes) })),
  }
}

export function ownedChunk(draft: ChunkDraft): ChunkDraft {
  return { ...draft, body: owned(draft.body), keys: owned(draft.keys), ids: owned(draft.ids) }
}

export function ownedBatch<Batch extends { readonly details: Uint8Array | null }>(batch: Batch): Batch {
  return { ...batch, details: batch.details === null ? null : owned(batch.details) }
}

/** The buffers in a message (as deep as those of an execution's jobs: call, jobs, job, chunks, chunk), each once. */
export function buffersOf(message: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>()
  collect(message, found, 0)
  return [...found]
}

const MAX_DEPTH = 5

function collect(value: unknown, found: Set<ArrayBuffer>, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength && value.byteLength > 0)
      found.add(value.buffer)
  } else if (value instanceof ArrayBuffer) {
    if (value.byteLength > 0) found.add(value)
  } else if (depth < MAX_DEPTH) {
    for (const member of Array.isArray(value) ? (value as unknown[]) : Object.values(value))
      collect(member, found, depth + 1)
  }
}

/**
 * Gives the memory of buffers back at once: nobody reads them any more. Left to the garbage collector, up to 64 MB of chunks that are long
 * on disk stay in memory while the server is quiet.
 */
export function release(views: readonly Uint8Array[]): void {
  for (const { buffer, byteLength } of views)
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && !buffer.detached) buffer.transfer(0)
}
