import { ProblemError } from '../model/errors.ts'
import { MAX_CONTROL_BODY_BYTES } from '../model/limits.ts'
import type { BodyStream } from './app-parts.ts'

/** The largest JSON body of the operations that take their body as a whole, such as a channel's configuration. */
export const CONTROL_BODY_LIMIT = { name: 'maxControlBodyBytes', bytes: MAX_CONTROL_BODY_BYTES } as const

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a small body whole. @throws ProblemError `bad_request` when it is not JSON in UTF-8 */
export async function readJson(body: BodyStream): Promise<{ readonly value: unknown; readonly bytes: Uint8Array }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (bytes.length === 0) throw notJson('there is none')
  try {
    return { value: JSON.parse(utf8.decode(bytes)) as unknown, bytes }
  } catch (error) {
    // V8 quotes the text in its messages, which may hold a secret: only the place is told.
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined
    throw notJson(position === undefined ? 'it is not' : `it breaks off or goes wrong at byte ${position}`)
  }
}

function notJson(current: string): ProblemError {
  const detail = `must be JSON in UTF-8: ${current}`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot read the body as it ${detail}`,
    errors: [{ pointer: '', detail }],
    errorCount: 1,
  })
}
