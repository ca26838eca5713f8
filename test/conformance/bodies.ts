import { readAnswer, type Answer } from './api.ts'
import { checkAnswer } from './check-answer.ts'
import type { UseTarget } from './target.ts'

export type Body = string | Uint8Array<ArrayBuffer>

export const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const

/** Posts bodies to one target; every answer is held against the spec. */
export function poster(target: UseTarget) {
  const post = async (path: string, body: Body, headers: Record<string, string>): Promise<Answer> => {
    const response = await target().fetch(new URL(path, target().baseUrl), { method: 'POST', body, headers })
    const answer = await readAnswer(path.includes('/items') ? 'appendItems' : 'submitJob', response)
    checkAnswer(answer)
    return answer
  }
  const postLines = (lines: readonly unknown[], headers: Record<string, string> = {}) =>
    post('/v1/jobs', ndjson(lines), { 'content-type': 'application/x-ndjson', ...headers })
  return { post, postLines }
}

export function items(count: number, bytesEach = 0): { id: string; data: { text: string } }[] {
  return Array.from({ length: count }, (_, n) => ({ id: `sku-${n}`, data: { text: 'x'.repeat(bytesEach) } }))
}

export function ndjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** A request whose body is sent as it comes. */
export function streamed(body: ReadableStream<Uint8Array>, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  }
}

/** A body that sends all it has at once, but does not end before `finish`. */
export function slowBody(text: string): {
  body: ReadableStream<Uint8Array>
  started: Promise<void>
  finish: () => void
} {
  const started = Promise.withResolvers<void>()
  const finished = Promise.withResolvers<void>()
  const chunks = [new TextEncoder().encode(text)]
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks.shift()
      if (chunk !== undefined) return controller.enqueue(chunk)
      started.resolve()
      await finished.promise
      controller.close()
    },
  })
  return { body, started: started.promise, finish: finished.resolve }
}

/** Asks until there is an answer: another connection may be ahead of the one that was opened first. */
export async function eventually<T>(ask: () => Promise<T | null>): Promise<T> {
  const deadlineMs = Date.now() + 10_000
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    if (Date.now() > deadlineMs) throw new Error('Cannot see the answer wanted within 10 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
