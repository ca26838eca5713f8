/*
 * The floor: what Fastify, line splitting, JSON.parse and chunk writes with fsync cost on this machine, and nothing else. No validation,
 * no hashes, no order, no delivery. Run as a process of its own: `node floor.ts <folder>`; prints its URL.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fastify } from 'fastify'

const folder = process.argv[2]!
const database = new DatabaseSync(join(folder, 'floor.db'))
database.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE chunks (id INTEGER PRIMARY KEY, body BLOB)',
)
const insert = database.prepare('INSERT INTO chunks (body) VALUES (?)')
const ITEMS_PER_CHUNK = 1000

const app = fastify({ bodyLimit: 1 << 30 })
app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => {
  done(null, payload)
})
app.post('/', async (request, reply) => {
  let rest = Buffer.alloc(0)
  let lines: Buffer[] = []
  let items = 0
  for await (const part of request.body as AsyncIterable<Buffer>) {
    const buffer = rest.length === 0 ? part : Buffer.concat([rest, part])
    let start = 0
    for (let end = buffer.indexOf(10); end !== -1; end = buffer.indexOf(10, start)) {
      const line = buffer.subarray(start, end + 1)
      JSON.parse(line.toString('utf8'))
      lines.push(line)
      start = end + 1
      if (lines.length === ITEMS_PER_CHUNK) {
        insert.run(Buffer.concat(lines))
        lines = []
      }
      items++
    }
    rest = Buffer.from(buffer.subarray(start))
  }
  if (lines.length > 0) insert.run(Buffer.concat(lines))
  return reply.code(202).send({ items })
})
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
console.log(JSON.stringify({ url: `http://127.0.0.1:${typeof address === 'object' ? address!.port : ''}` }))
