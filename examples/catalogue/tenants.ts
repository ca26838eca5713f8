// A merchant on a server that several share: a subscription with a token of its own, and a webhook endpoint for the ends of its jobs.

import { createClient, isApiError, type Waybill } from '@waybill/sdk'
import type { Receiver, TenantName } from './webhook-receiver.ts'

export interface TenantOptions {
  readonly name: TenantName
  readonly baseUrl: string
  readonly receiver: Receiver
}

/** Makes a client that sees the jobs of one subscription and nothing else. */
export async function createTenant(admin: Waybill, { name, baseUrl, receiver }: TenantOptions): Promise<Waybill> {
  const { token } = await admin.tokens.create({
    name: `demo of ${name}`,
    subscription: name,
    scopes: ['jobs:read', 'jobs:write', 'items:read', 'webhooks:write'],
  })
  const waybill = createClient({ baseUrl, token: token! })
  const { secret } = await waybill.webhooks.endpoints.create({ url: receiver.urlOf(name), eventTypes: ['job.ended'] })
  receiver.trust(name, secret)
  return waybill
}

/** Asks for a job of another tenant. @returns whether it is answered as if there were none */
export async function isHiddenFrom(waybill: Waybill, jobId: string): Promise<boolean> {
  try {
    await waybill.jobs.attach(jobId).get()
    return false
  } catch (error) {
    if (isApiError(error) && error.status === 404) return true
    throw error
  }
}
