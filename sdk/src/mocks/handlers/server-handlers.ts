import { type OpenapiDocument, problemCodes } from '@waybill/spec'
import { limits } from '../engine/limits.ts'
import { metricsText } from '../show/metrics-text.ts'
import { search } from './search.ts'
import type { OperationHandlers } from './operation-handler.ts'

type ServerOperation =
  'search' | 'getLimits' | 'getLiveness' | 'getReadiness' | 'getOpenapi' | 'getErrorDocs' | 'getMetrics'

/** The server itself. */
export const serverHandlers: Pick<OperationHandlers, ServerOperation> = {
  search,
  getLimits: ({ world, caller }) => ({
    status: 200,
    body: { ...limits, subscription: world.subscriptions.limitsOf(caller.subscription) },
  }),
  getLiveness: () => ({ status: 200, body: { status: 'ok' } }),
  getReadiness: () => ({ status: 200, body: { status: 'ok' } }),
  async getOpenapi() {
    // Large, and hardly ever asked for.
    const { default: document } = await import('@waybill/spec/openapi.json', { with: { type: 'json' } })
    return { status: 200, body: document as unknown as OpenapiDocument }
  },
  getMetrics({ world: { book }, request }) {
    const jobs = book.all().map((job) => book.show(job))
    return { status: 200, body: metricsText(jobs, request.headers.get('accept')) }
  },
  getErrorDocs: () => ({ status: 200, body: { mediaType: 'text/html; charset=utf-8', text: errorPage() } }),
}

function errorPage(): string {
  const sections = Object.entries(problemCodes).map(
    ([code, { status, title, description, action }]) =>
      `<section id="${code}"><h2><code>${code}</code> ${status} ${prose(title)}</h2><p>${prose(description)}</p><p>${prose(action)}</p></section>`,
  )
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Waybill: problem codes</title>\n${sections.join('\n')}\n</html>\n`
}

function prose(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
