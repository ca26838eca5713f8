// Ids as the SDK gives them out: each kind carries a mark, so that one is not taken for another. The mark is optional: a plain string,
// read from a file or an argument, fits every kind. `raw` has plain strings.

import type * as spec from '@waybill/spec'

/** A job's id, such as `job_0198c2f04b7e7c3fa1d2b3c4d5e6f708`. */
export type JobId = string & { readonly __id?: 'JobId' }
/** A channel's name, such as `shop-eu`. */
export type ChannelName = string & { readonly __id?: 'ChannelName' }
/** An execution's id: yours, or one that the server made. */
export type ExecutionId = string & { readonly __id?: 'ExecutionId' }

/** An access token's id, such as `tok_0198c2f04b7e7c3fa1d2b3c4d5e6f708`; not its text. */
export type TokenId = string & { readonly __id?: 'TokenId' }

/** A webhook endpoint's id, such as `whe_0198c2f04b7e7c3fa1d2b3c4d5e6f708`. */
export type WebhookEndpointId = string & { readonly __id?: 'WebhookEndpointId' }

/** A bulk request, as it was when the server answered. */
export interface Job extends Omit<spec.Job, 'id' | 'channel' | 'executionId' | 'retryOf'> {
  id: JobId
  channel: ChannelName
  /** The execution it belongs to; null when there is none. */
  executionId: ExecutionId | null
  /** The job whose items this one tries again; null when it was submitted. */
  retryOf: JobId | null
}

/** One object of a job. */
export interface Item extends Omit<spec.Item, 'jobId'> {
  jobId: JobId
}

/** A configured connector and its live state. */
export interface Channel extends Omit<spec.Channel, 'name'> {
  name: ChannelName
}

/** A workflow as it was when the server answered, over all its jobs. */
export interface Execution extends Omit<spec.Execution, 'id' | 'stages' | 'jobs'> {
  id: ExecutionId
  /** In their order; empty when its jobs were submitted one by one. */
  stages: Stage[]
  /** Jobs that stand in no stage, newest first, up to 1,000; missing when there are none. */
  jobs?: Job[]
}

/** Jobs of an execution that may run side by side. */
export interface Stage extends Omit<spec.Stage, 'jobs'> {
  jobs: Job[]
}

/** An item that failed for good. */
export interface DeadLetter extends Omit<spec.DeadLetter, 'channel' | 'item'> {
  channel: ChannelName
  /** With the log of its attempts, without its data. */
  item: Item
}

/** An item that waits for a person's decision and holds its partition key. */
export interface ParkedItem extends Omit<spec.ParkedItem, 'channel' | 'item'> {
  channel: ChannelName
  /** With the log of its attempts, without its data. */
  item: Item
}

/** An access token, without its text. */
export interface AccessToken extends Omit<spec.AccessToken, 'id'> {
  id: TokenId
}

/** An access token that was just made. */
export interface CreatedAccessToken extends Omit<spec.CreatedAccessToken, 'id'> {
  id: TokenId
}

/** A URL that is called with events, without its secrets. */
export interface WebhookEndpoint extends Omit<spec.WebhookEndpoint, 'id'> {
  id: WebhookEndpointId
}

/** A webhook endpoint with the secret that was just made. */
export interface CreatedWebhookEndpoint extends Omit<spec.CreatedWebhookEndpoint, 'id'> {
  id: WebhookEndpointId
}
