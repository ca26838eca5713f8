import { type OpenapiDocument, problemCodes, type ReadinessComponents } from '@waybill/spec'
import { hasScope } from '../engine/access-tokens.ts'
import { limits } from '../engine/limits.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { metricsText } from '../show/metrics-text.ts'
import { serverViews } from '../show/server-views.ts'
import { search } from './search.ts'
import type { OperationHandlers } from './operation-handler.ts'

type ServerOperation =
  | 'search'
  | 'getLimits'
  | 'listServers'
  | 'getLiveness'
  | 'getReadiness'
  | 'getOpenapi'
  | 'getErrorDocs'
  | 'getMetrics'

/** The server itself. */
export const serverHandlers: Pick<OperationHandlers, ServerOperation> = {
  search,
  getLimits: ({ world, caller }) => ({
    status: 200,
    body: {
      ...limits,
      disk: hasScope(caller, 'metrics') ? limits.disk : null,
      subscription: world.subscriptions.limitsOf(caller.subscription),
    },
  }),
  listServers: ({ world, caller }) => ({
    status: 200,
    body: {
      servers: serverViews(world.servers, {
        startedAtMs: world.startedAtMs,
        isAdmin: hasScope(caller, 'admin'),
      }),
    },
  }),
  getLiveness: () => ({ status: 200, body: { status: 'ok' } }),
  getReadiness: ({ world }) => ({
    status: 200,
    body: { status: 'ok', role: 'active', components: componentsOf(world) },
  }),
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

/** There are no threads, and no channel stands still. */
function componentsOf({ book, channels, clock }: MockWorld): ReadinessComponents {
  const unended = book.all().filter(({ phase }) => phase !== 'ended')
  const busy = [...new Set(unended.map(({ envelope }) => envelope.channel))].flatMap((name) => channels.get(name) ?? [])
  const blocked = busy.filter(({ blockedUntilMs }) => blockedUntilMs > clock.nowMs())
  const paused = busy.filter((channel) => channel.paused)
  const counts = { busy: busy.length, paused: paused.length, circuitOpen: 0, blocked: blocked.length, degraded: 0 }
  return {
    store: { status: 'ok' },
    dispatcher: { status: 'ok', threads: 0, lostThreads: 0 },
    channels: { status: 'ok', ...counts },
  }
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
