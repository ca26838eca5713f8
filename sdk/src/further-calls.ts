// All calls beyond submitting, waiting and reading results: one file, which is loaded when a program makes the first of them.

export { createChannels } from './channels.ts'
export { createDeadLetters } from './dead-letters.ts'
export { createExecutions } from './executions.ts'
export { createItems } from './items.ts'
export { createJobCalls } from './job-calls.ts'
export { createJobList } from './list-jobs.ts'
export { createParked } from './parked.ts'
