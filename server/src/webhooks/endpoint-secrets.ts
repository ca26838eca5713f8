import { newWebhookSecret, plainSecret } from '../connectors/webhook/standard-signature.ts'
import type { SealedSecret } from '../model/webhook-endpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { KeyRing } from '../secrets/key-ring.ts'

export interface EndpointSecretsOptions {
  readonly keyRing: Pick<KeyRing, 'seal' | 'open'>
  readonly logger: Logger
}

/** The signing secrets of endpoints: sealed where they are stored, open in memory only. */
export class EndpointSecrets {
  readonly #options: EndpointSecretsOptions

  constructor(options: EndpointSecretsOptions) {
    this.#options = options
  }

  /** Makes a secret. @param id of the endpoint, or the name of what else it belongs to. @returns its text, which is nowhere else, and the same to be stored */
  make(id: string, createdAtMs: number): { readonly text: string; readonly secret: SealedSecret } {
    const text = newWebhookSecret()
    const endsWith = plainSecret(text).replace(/=+$/, '').slice(-4)
    const sealed = this.#options.keyRing.seal(text, contextOf(id))
    return { text, secret: { sealed, endsWith, createdAtMs, expiresAtMs: null } }
  }

  /** Decrypts the secrets of an endpoint, in their order; null: one that cannot be opened, which is logged. */
  open({ id, secrets }: { readonly id: string; readonly secrets: readonly SealedSecret[] }): (string | null)[] {
    return secrets.map(({ sealed }) => {
      try {
        return this.#options.keyRing.open(sealed, contextOf(id))
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        this.#options.logger.error({ endpointId: id, reason }, 'Cannot sign webhook events with a secret')
        return null
      }
    })
  }
}

function contextOf(id: string): string {
  return `webhook-endpoint/${id}`
}
