import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { HttpPorts } from '../http-ports.ts'

const COMMON = "img-src 'self' data:; base-uri 'self'; frame-ancestors 'none'; form-action 'none'"
/** Text and styles: the guides run no code. */
const GUIDES_POLICY = `default-src 'none'; style-src 'self'; ${COMMON}`
/** The library adds its styles as elements. It may ask this server alone, for the description of the API. */
const REFERENCE_POLICY = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; font-src 'self'; ${COMMON}`

/** Adds the guides at `/docs/guides/` and the API reference at `/docs/api/`: files of the build, open without a token, as `/openapi.json` is. */
export function registerDocs(app: FastifyInstance, { logger }: Pick<HttpPorts, 'logger'>): void {
  const root = findDocs()
  if (root === null) {
    // Only where the sources run without a build.
    logger.info({}, 'There are no guides and no API reference: build them')
    return
  }
  addFiles(app, { root: join(root, 'guides'), path: '/docs/guides', policy: GUIDES_POLICY })
  addFiles(app, { root: join(root, 'api'), path: '/docs/api', policy: REFERENCE_POLICY })
}

function addFiles(app: FastifyInstance, { root, path, policy }: { root: string; path: string; policy: string }): void {
  // Relative, as a proxy may have taken a prefix away.
  app.get(path, async (_request, reply) => reply.redirect(`${path.slice(path.lastIndexOf('/') + 1)}/`, 308))
  void app.register(fastifyStatic, {
    root,
    prefix: `${path}/`,
    decorateReply: false,
    preCompressed: true,
    // A guide's address has no ending.
    extensions: ['html'],
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(reply, file) {
      // Its name has the version of what is inside.
      const isVersioned = /scalar-[\d.]+\.js/.test(file)
      reply.header('cache-control', isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache')
      reply.header('content-security-policy', policy)
    },
  })
}

/** Returns the folder with both: beside the built server, or where their own build puts them; null: they are not built. */
function findDocs(): string | null {
  const here = import.meta.dirname
  const folders = [join(here, 'docs'), join(here, '../../../dist/docs')]
  return folders.find((folder) => existsSync(join(folder, 'guides/index.html'))) ?? null
}
