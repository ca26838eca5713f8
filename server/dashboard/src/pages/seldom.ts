/** The pages that are opened seldom: one file for all of them compresses better than one for each. */
export { ExecutionPage, ExecutionsPage } from './executions.tsx'
export { ServerPage } from './server.tsx'
export { WebhooksPage } from './webhooks.tsx'
