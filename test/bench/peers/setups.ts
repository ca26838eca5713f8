import type { Keys } from '../load.ts'

/** The requirements of a peer beside npm packages. */
export type Backend = 'redis' | 'postgres' | 'none'

/** A peer, set up in one of the ways that its authors advise. README.md names where they do. */
export interface Setup {
  readonly id: string
  /** The npm package. */
  readonly peer: string
  /** How it is set up, for tables. */
  readonly description: string
  /** The file in `drivers/`. */
  readonly driver: string
  /** Given to the driver. */
  readonly options: Readonly<Record<string, unknown>>
  readonly backend: Backend
  /** Whether it promises to start the items of a key in their order. */
  readonly ordered: boolean
  /** The numbers of keys it is measured with. */
  readonly keys: readonly Keys[]
}

export const setups: readonly Setup[] = [
  {
    id: 'bullmq-serial',
    peer: 'bullmq',
    description: 'addBulk, concurrency 1',
    driver: 'bullmq',
    options: { concurrency: 1 },
    backend: 'redis',
    ordered: true,
    keys: [1, 100],
  },
  {
    id: 'bullmq-concurrent',
    peer: 'bullmq',
    description: 'addBulk, concurrency 100',
    driver: 'bullmq',
    options: { concurrency: 100 },
    backend: 'redis',
    ordered: false,
    keys: [100, null],
  },
  {
    id: 'groupmq-one',
    peer: 'groupmq',
    description: 'one group, autoBatch, concurrency 1',
    driver: 'groupmq',
    options: { concurrency: 1 },
    backend: 'redis',
    ordered: true,
    keys: [1],
  },
  {
    id: 'groupmq-100',
    peer: 'groupmq',
    description: '100 groups, autoBatch, concurrency 16',
    driver: 'groupmq',
    options: { concurrency: 16 },
    backend: 'redis',
    ordered: true,
    keys: [100],
  },
  {
    id: 'graphile-worker-queues',
    peer: 'graphile-worker',
    description: 'a named queue per key, poll 1 ms',
    driver: 'graphile-worker',
    options: { namedQueues: true, worker: { concurrentJobs: 1, pollInterval: 1 } },
    backend: 'postgres',
    ordered: true,
    keys: [1, 100],
  },
  {
    id: 'graphile-worker-batched',
    peer: 'graphile-worker',
    description: 'localQueue 500, batched completion',
    driver: 'graphile-worker',
    options: {
      namedQueues: false,
      worker: {
        concurrentJobs: 24,
        maxPoolSize: 25,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    backend: 'postgres',
    ordered: false,
    keys: [100, null],
  },
  {
    id: 'pg-boss-fifo-one',
    peer: 'pg-boss',
    description: 'key_strict_fifo, fetch 1',
    driver: 'pg-boss',
    options: { policy: 'key_strict_fifo', batchSize: 1 },
    backend: 'postgres',
    ordered: true,
    keys: [1],
  },
  {
    id: 'pg-boss-fifo',
    peer: 'pg-boss',
    description: 'key_strict_fifo, fetch 1,000',
    driver: 'pg-boss',
    options: { policy: 'key_strict_fifo', batchSize: 1000 },
    backend: 'postgres',
    ordered: true,
    keys: [100],
  },
  {
    id: 'pg-boss-batched',
    peer: 'pg-boss',
    description: 'standard, fetch 1,000',
    driver: 'pg-boss',
    options: { policy: 'standard', batchSize: 1000 },
    backend: 'postgres',
    ordered: false,
    keys: [100, null],
  },
  {
    id: 'plainjob',
    peer: 'plainjob',
    description: 'better-sqlite3, one worker',
    driver: 'plainjob',
    options: {},
    backend: 'none',
    ordered: true,
    keys: [1, 100, null],
  },
]
