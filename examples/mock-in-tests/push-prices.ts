// A program that uses Waybill: submits the prices of the night, and reports which the shop refused. Nothing in it
// knows of mocks: it is given its client.

import { isWaitTimeoutError, type Waybill } from '@waybill/sdk'

export interface Price {
  readonly sku: string
  readonly cents: number
}

export interface PriceReport {
  readonly jobId: string
  readonly accepted: number
  readonly refused: readonly { readonly sku: string; readonly reason: string }[]
}

/** Waits this long for the shop, then cancels what it has not taken. */
export const PATIENCE_MS = 60_000

/** @param night names the run: repeated with the same name, it submits nothing twice */
export async function pushPrices(waybill: Waybill, prices: readonly Price[], night: string): Promise<PriceReport> {
  const job = await waybill.jobs.submit(
    {
      channel: 'shop-eu',
      objectType: 'price',
      action: 'update',
      source: 'pim',
      items: prices.map(({ sku, cents }) => ({ id: sku, data: { cents } })),
    },
    { idempotencyKey: `prices/${night}` },
  )
  try {
    await job.wait({ timeoutMs: PATIENCE_MS })
  } catch (error) {
    if (!isWaitTimeoutError(error)) throw error
    await job.cancel()
    await job.wait()
  }
  const refused: { sku: string; reason: string }[] = []
  let accepted = 0
  for await (const { id, status, error } of job.results()) {
    if (status === 'succeeded') accepted++
    else refused.push({ sku: id, reason: error?.detail ?? status })
  }
  return { jobId: job.id, accepted, refused }
}
