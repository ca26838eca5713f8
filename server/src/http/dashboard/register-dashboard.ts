import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { type DashboardOptions, registerSessions } from './sessions.ts'

/** Nothing but our own files and answers: no inline code or style, no other host, and no text that becomes code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Adds the pages at `/dashboard/` and their sessions, unless the dashboard is off. The pages are files; what they show they get from the API. */
export function registerDashboard(app: FastifyInstance, options: DashboardOptions): void {
  const { dashboard, logger } = options.ports
  if (dashboard.mode === 'off') return
  registerSessions(app, options)
  const root = findPages()
  if (root === null) {
    // Only where the sources run without a build.
    logger.warn({}, 'There are no pages of the dashboard: build them')
    return
  }
  // Relative, as a proxy may have taken a prefix away.
  app.get('/dashboard', async (_request, reply) => reply.redirect('dashboard/', 308))
  void app.register(fastifyStatic, {
    root,
    prefix: '/dashboard/',
    decorateReply: false,
    preCompressed: true,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(reply, path) {
      // Names of assets change with their content.
      const isAsset = path.includes('/assets/')
      reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
      reply.header('content-security-policy', POLICY)
    },
  })
}

/** Returns the folder with the built pages: beside the built server, or from its sources; null: they are not built. */
function findPages(): string | null {
  const here = import.meta.dirname
  const folders = [join(here, 'dashboard'), join(here, '../../../dist/dashboard')]
  return folders.find((folder) => existsSync(join(folder, 'index.html'))) ?? null
}
