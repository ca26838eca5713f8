import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { Logger } from '../runtime/logger.ts'
import { threadFile } from '../runtime/thread-file.ts'

/** `http` never loads an operator's code, and many channels share its threads; `module` gives a thread to one channel at a time. */
export type PoolKind = 'http' | 'module'

export interface ThreadPoolsOptions {
  readonly httpThreads: number
  readonly moduleThreads: number
  /** Memory of a module thread's heap. @default 512 */
  readonly moduleHeapMb?: number
  readonly logger: Logger
  /** A thread of a pool failed. */
  readonly onError: (kind: PoolKind) => void
}

/** The worker threads of a process, in two pools; each starts with its first use. */
export class ThreadPools {
  readonly #options: ThreadPoolsOptions
  readonly #pools = new Map<PoolKind, Piscina>()

  constructor(options: ThreadPoolsOptions) {
    this.#options = options
  }

  of(kind: PoolKind): Piscina {
    let pool = this.#pools.get(kind)
    if (pool === undefined) this.#pools.set(kind, (pool = this.#start(kind)))
    return pool
  }

  /** Ends all threads. */
  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#pools.values(), (pool) => pool.destroy()))
  }

  #start(kind: PoolKind): Piscina {
    const { httpThreads, moduleThreads, moduleHeapMb = 512, logger, onError } = this.#options
    const pool = new Piscina({
      filename: fileURLToPath(threadFile('./worker', import.meta.url)),
      name: 'runLane',
      minThreads: kind === 'http' ? httpThreads : 0,
      maxThreads: kind === 'http' ? httpThreads : moduleThreads,
      concurrentTasksPerWorker: kind === 'http' ? 10_000 : 1,
      idleTimeout: 30_000,
      // A thread that waits in `Atomics.wait` for its next task serves no socket and no timer.
      atomics: 'disabled',
      recordTiming: false,
      ...(kind === 'http' ? {} : { resourceLimits: { maxOldGenerationSizeMb: moduleHeapMb } }),
    })
    pool.on('error', (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      logger.error({ pool: kind, reason }, 'worker thread failed')
      onError(kind)
    })
    return pool
  }
}
