import type { CallInit, PersistentClient } from '../support/persistent-client.ts'

type ScriptedClient = Pick<PersistentClient, 'call'>

/** Calls, and refuses an answer that is none of the wanted ones. */
export type Call = <T>(method: string, path: string, init: CallInit & { wanted: readonly number[] }) => Promise<T>

/** Makes, changes and removes what an administrator sets, and checks that it is as it was answered. */
export class ScriptedSettings {
  readonly #client: ScriptedClient
  readonly #call: Call
  readonly #faults: string[]

  /** @param faults takes what is wrong */
  constructor(client: ScriptedClient, call: Call, faults: string[]) {
    this.#client = client
    this.#call = call
    this.#faults = faults
  }

  /** The limits of one stay, those of another are removed. */
  async setSubscriptions(n: number): Promise<void> {
    await this.#call('PUT', '/v1/subscriptions/kept', { json: { weight: n + 2 }, wanted: [200, 201] })
    const { weight } = await this.#call<{ weight: number }>('GET', '/v1/subscriptions/kept', { wanted: [200] })
    if (weight !== n + 2) this.#faults.push(`REC-1 subscription kept has weight ${weight} after ${n + 2} was set`)
    await this.#call('PUT', `/v1/subscriptions/gone-${n}`, { json: {}, wanted: [200, 201] })
    await this.#call('DELETE', `/v1/subscriptions/gone-${n}`, { wanted: [204, 404] })
    const { body } = await this.#client.call('GET', `/v1/subscriptions/gone-${n}`)
    if ((body as { code?: string }).code !== 'subscription_not_found')
      this.#faults.push(`subscription gone-${n} is there again`)
  }

  async createEndpoint(): Promise<string> {
    const json = { url: 'https://hooks.example/waybill', state: 'disabled', eventTypes: ['job.ended'] }
    return (await this.#call<{ id: string }>('POST', '/v1/webhook-endpoints', { json, wanted: [201] })).id
  }

  /** Lets events of jobs' webhooks wait, as nobody listens there. @returns the webhook of a job, of another origin each round */
  async createJobWebhook(n: number): Promise<{ url: string }> {
    const found = await this.#call<{ state: string }>('GET', '/v1/job-webhooks', { wanted: [200] })
    if (n > 1 && found.state !== 'disabled') this.#faults.push("REC-1 jobs' webhooks are called again")
    await this.#call('PATCH', '/v1/job-webhooks', { json: { state: 'disabled' }, wanted: [200] })
    return { url: `https://hook-${n}.example/` }
  }

  /** Deletes an endpoint with the events that wait for it; the other one stays. */
  async deleteEndpoint(id: string, kept: string): Promise<void> {
    await this.#call('DELETE', `/v1/webhook-endpoints/${id}`, { wanted: [204, 404] })
    const { status } = await this.#client.call('GET', `/v1/webhook-endpoints/${id}`)
    if (status !== 404) this.#faults.push(`REC-1 a webhook endpoint is there again: ${status}`)
    const other = await this.#client.call('GET', `/v1/webhook-endpoints/${kept}`)
    if (other.status !== 200) this.#faults.push(`REC-1 a webhook endpoint is gone: ${other.status}`)
  }
}
