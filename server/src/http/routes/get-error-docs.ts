import { errorPage, ERROR_PAGE_POLICY } from '../answer/error-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

/** Made once: all answers are the same bytes. */
const page = Buffer.from(errorPage())

export const getErrorDocs: OperationHandler<'getErrorDocs'> = async (call) =>
  call.reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', ERROR_PAGE_POLICY)
    .header('cache-control', 'no-cache')
    .send(page)
