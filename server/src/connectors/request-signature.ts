import { createHmac } from 'node:crypto'
import type { Credentials } from '../model/channel.ts'
import { type Expression, ExpressionError, ExpressionLanguage } from '../expressions/expression.ts'

export type HmacCredentials = Extract<Credentials, { type: 'hmac' }>

/** The parts of a request that a signature may cover. */
export interface SignedRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string | Buffer
  readonly nowMs: number
}

/** Expressions over a request: seconds since 1970 as text, as receivers compare it. */
const language = new ExpressionLanguage({ method: 'string', path: 'string', body: 'string', timestamp: 'string' })

/** Signs requests with a secret that the receiver knows (RFC 2104). */
export class RequestSignature {
  readonly #credentials: HmacCredentials
  /** Null: the body. */
  readonly #content: Expression | null

  /** @throws ExpressionError `content` is refused */
  constructor(credentials: HmacCredentials) {
    this.#credentials = credentials
    const { content } = credentials
    this.#content = content === undefined ? null : language.compile(content, { result: 'string' })
  }

  /** Returns names and values in turn: the signature, and the time if the credentials have a header for it. @throws ExpressionError `content` fails */
  headers({ method, path, body, nowMs }: SignedRequest): string[] {
    const { header, algorithm = 'sha256', encoding = 'hex', prefix = '', secret, timestampHeader } = this.#credentials
    const timestamp = String(Math.floor(nowMs / 1000))
    const content = this.#content?.evaluate({ method, path, body: body.toString(), timestamp }) ?? body
    if (typeof content !== 'string' && !Buffer.isBuffer(content)) {
      throw new ExpressionError('content of the signature must give a text', null)
    }
    const signature = createHmac(algorithm, secret).update(content).digest(encoding)
    const signed = [header, prefix + signature]
    return timestampHeader === undefined ? signed : [...signed, timestampHeader, timestamp]
  }
}
