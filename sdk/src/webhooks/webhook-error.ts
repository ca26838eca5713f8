import { errorKind, WaybillError } from '../errors.ts'

/**
 * Why a webhook was refused. `missing_header`: `webhook-id`, `webhook-timestamp` or `webhook-signature` is missing; `bad_timestamp`: it is not a
 * number of seconds; `too_old`, `too_new`: it is beyond the tolerance; `no_match`: no signature was made with one of the secrets;
 * `bad_body`: the body is signed, and is no event; `bad_secret`: a secret is not `whsec_` and the base64 of 24 to 64 bytes.
 */
export type WebhookErrorCode =
  | 'missing_header'
  | 'bad_timestamp'
  | 'too_old'
  | 'too_new'
  | 'no_match'
  | 'bad_body'
  | 'bad_secret'

/** A webhook that was not verified. Answer 400, and do nothing else with it; `bad_secret` is a fault of the receiver: answer 500. */
export class WebhookVerificationError extends WaybillError {
  override name = 'WebhookVerificationError'
  readonly code: WebhookErrorCode

  constructor(code: WebhookErrorCode, message: string) {
    super(message)
    this.code = code
  }

  /** @internal */
  override get waybillErrorKind(): string {
    return 'WebhookVerificationError'
  }
}

/** Whether `verifyWebhook` refused the request. */
export function isWebhookVerificationError(error: unknown): error is WebhookVerificationError {
  return errorKind(error) === 'WebhookVerificationError'
}
