import type { Credentials } from './channel.ts'

/** The calls that credentials are for: those of the connector, or those that resolve payloads. */
export type CredentialsTarget = 'connector' | 'payload'

/** Names credentials of a channel: there are at most one of a subscription for each target. */
export interface CredentialsKey {
  readonly channel: string
  /** `*`: of every subscription that has none of its own. */
  readonly subscription: string
  readonly target: CredentialsTarget
}

/** Credentials that were set over the API. */
export interface StoredCredentials extends CredentialsKey {
  /** Of the URL that they were set for: they are sent nowhere else. Null: the connector has no URL. */
  readonly origin: string | null
  readonly credentials: Credentials
  readonly updatedAtMs: number
}
