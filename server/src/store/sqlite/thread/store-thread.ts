import { parentPort, workerData } from 'node:worker_threads'
import { type ThreadOptions, ThreadPort } from '../../thread/thread-line.ts'
import type { ThreadData } from './thread-data.ts'
import { ReadingThread } from './reading-thread.ts'
import { Writer } from '../write/writer.ts'

// The entry of the threads of a store on SQLite: the writer, and on disk a reader beside it.
const options = workerData as ThreadOptions<ThreadData>
const port = new ThreadPort(parentPort!, options.bell)
const thread = options.role === 'writer' ? new Writer(port, options) : new ReadingThread(port, options)
port.onMessages(() => thread.work())
