import type { HttpAnswer } from './http-exchange.ts'
import type { SecretMask } from './secret-mask.ts'

/** A request as it is about to be sent. */
export interface ObservedRequest {
  readonly method: string
  /** Without the secrets of the channel's own URL. */
  readonly url: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly body: string | Buffer
}

/** Sees the HTTP exchange of each call of a connector, right before the request is sent and right after the answer came. */
export interface CallObserver {
  /** Nothing is called: a call ends when its request is made, and no access token is fetched for it. */
  readonly isDryRun: boolean
  /** @param mask hides the secrets of the call */
  onRequest(request: ObservedRequest, mask: SecretMask): void
  onAnswer(answer: HttpAnswer, mask: SecretMask): void
}
