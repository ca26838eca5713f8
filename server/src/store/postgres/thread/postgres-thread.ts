import { parentPort, workerData } from 'node:worker_threads'
import { type ThreadOptions, ThreadPort } from '../../thread/thread-line.ts'
import { DatabaseThread } from './database-thread.ts'
import type { ThreadData } from './thread-data.ts'

// The entry of the thread of a store on PostgreSQL.
const options = workerData as ThreadOptions<ThreadData>
const port = new ThreadPort(parentPort!, options.bell)
const thread = new DatabaseThread(port, options)
port.onMessages(() => thread.take())
