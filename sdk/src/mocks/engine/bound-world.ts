import type { Item } from '@waybill/spec'
import { boundItem, boundJob } from '@waybill/spec/rules'
import type { MockCaller } from './access-tokens.ts'
import type { MockWorld } from './mock-world.ts'

/** Returns the world as a caller sees it: with a token that is bound to jobs there are no others, and its own name none. */
export function worldOf({ token }: MockCaller, world: MockWorld): MockWorld {
  const jobs = token?.jobs
  if (jobs == null) return world
  const { book } = world
  return {
    ...world,
    book: {
      ...book,
      all: () => book.all().filter(({ id }) => jobs.includes(id)),
      find: (id) => (jobs.includes(id) ? book.find(id) : null),
      show: (job) => boundJob(book.show(job)),
    },
  }
}

/** Returns the body of an answer as a caller sees it: its items name no other. */
export function bodyFor({ token }: MockCaller, body: unknown): unknown {
  if (token?.jobs == null || typeof body !== 'object' || body === null) return body
  if ('retriedAs' in body) return boundItem(body as Item)
  const { items } = body as { items?: readonly Item[] }
  return items === undefined ? body : { ...body, items: items.map(boundItem) }
}
