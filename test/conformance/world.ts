import { randomUUID } from 'node:crypto'
import type { JobSubmission } from '@waybill/spec'
import { type Answer, requestExample, send, submit, untilDone, untilParked } from './api.ts'
import type { RunningTarget } from './target.ts'

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const connector = { type: 'http', url: 'https://shop.example/deliver' } as const

/** Makes what the variables of the request examples stand for, each when it is asked for and new every time. */
export class World {
  readonly #target: RunningTarget
  readonly #values = new Map<string, string>()

  constructor(target: RunningTarget) {
    this.#target = target
  }

  /** Replaces every `{{variable}}` in a JSON value. */
  async fill<T>(value: T): Promise<T> {
    let text = JSON.stringify(value)
    for (const [, name] of text.matchAll(/\{\{(\w+)\}\}/g)) {
      const filler = JSON.stringify(await this.#value(name!)).slice(1, -1)
      text = text.replaceAll(`{{${name}}}`, filler)
    }
    return JSON.parse(text) as T
  }

  async #value(name: string): Promise<string> {
    if (!this.#values.has(name)) await this.#make(name)
    const value = this.#values.get(name)
    if (value === undefined) throw new Error(`Cannot fill the example as {{${name}}} must be known to the suite`)
    return value
  }

  async #make(name: string): Promise<void> {
    switch (name) {
      case 'endedJobId':
      case 'endedJobVersion':
      case 'endedJobEtag':
        return this.#makeEndedJob()
      case 'pendingJobId':
      case 'pausedChannel':
        return this.#makePausedChannel()
      case 'openJobId':
        return void this.#values.set(name, await this.#makeOpenJob())
      case 'cancelledOpenJobId': {
        const jobId = await this.#makeOpenJob()
        await this.#want(202, { operationId: 'cancelJob', pathParams: { jobId } })
        return void this.#values.set(name, jobId)
      }
      case 'pausedJobId': {
        const jobId = await this.#value('pendingJobId')
        await this.#want(202, { operationId: 'pauseJob', pathParams: { jobId } })
        return void this.#values.set(name, jobId)
      }
      case 'blockedJobId': {
        const dependsOn = [{ job: await this.#makeOpenJob(), require: 'ended' as const }]
        const { id } = await submit(this.#target, { ...envelope, dependsOn, items: [{ id: 'sku-1001' }] })
        return void this.#values.set(name, id)
      }
      case 'parkedJobId':
        return void this.#values.set(name, await this.#makeParkedJob())
      case 'failedJobId':
      case 'staleJobId':
        return void this.#values.set(name, await this.#makeFailedJob(name === 'staleJobId'))
      case 'selection': {
        const filter = { channels: [await this.#value('pausedChannel')] }
        const answer = await this.#want(200, {
          operationId: 'actOnJobs',
          body: { action: 'pause', filter, dryRun: true },
        })
        return void this.#values.set(name, (JSON.parse(answer.text) as { selection: string }).selection)
      }
      case 'executionId': {
        const id = `execution-${randomUUID()}`
        const stages = [{ name: 'products', jobs: [{ ...envelope, open: true }] }]
        await this.#want(202, { operationId: 'createExecution', body: { id, stages } })
        return void this.#values.set(name, id)
      }
      case 'tokenId':
        return void this.#values.set(name, await this.#makeToken())
      case 'endpointId':
        return void this.#values.set(name, await this.#makeEndpoint())
      case 'spareChannel':
        return void this.#values.set(name, await this.#makeChannel())
      case 'subscription':
        return void this.#values.set(name, await this.#makeSubscription())
      case 'newSubscription':
        return void this.#values.set(name, freshSubscriptionName())
      case 'credentialsOf': {
        const pathParams = { channel: await this.#value('spareChannel'), subscription: 'acme' }
        const body = { type: 'bearer', token: 'shop-token-of-acme' }
        await this.#want(200, { operationId: 'putCredentials', pathParams, body })
        return void this.#values.set(name, pathParams.subscription)
      }
      case 'newChannel':
        return void this.#values.set(name, freshChannelName())
      case 'fresh':
        return void this.#values.set(name, randomUUID())
      case 'usedKey': {
        const key = randomUUID()
        await submit(this.#target, { ...envelope, items: [] }, { 'idempotency-key': key })
        return void this.#values.set(name, key)
      }
    }
  }

  async #makeEndedJob(): Promise<void> {
    const { id } = await submit(this.#target, requestExample('submitJob.json').body as JobSubmission)
    const { version } = await untilDone(this.#target, id)
    this.#values.set('endedJobId', id)
    this.#values.set('endedJobVersion', String(version))
    this.#values.set('endedJobEtag', `W/"${version}"`)
  }

  async #makeFailedJob(isStale: boolean): Promise<string> {
    const id = `sku-${randomUUID()}`
    const failing = await submit(this.#target, { ...envelope, items: [{ id, data: { sandbox: { status: 422 } } }] })
    await untilDone(this.#target, failing.id)
    if (isStale) await submit(this.#target, { ...envelope, items: [{ id }] })
    return failing.id
  }

  async #makeParkedJob(): Promise<string> {
    const { id: jobId } = await submit(this.#target, {
      ...envelope,
      retry: { rules: [{ status: [422], then: 'park' }] },
      items: [{ id: `sku-${randomUUID()}`, data: { sandbox: { status: 422 } } }],
    })
    await untilParked(this.#target, jobId)
    return jobId
  }

  async #makePausedChannel(): Promise<void> {
    const channel = await this.#makeChannel()
    await this.#want(200, { operationId: 'pauseChannel', pathParams: { channel } })
    const { id } = await submit(this.#target, {
      ...envelope,
      channel,
      items: [{ id: 'sku-1001', data: { price: 1990 } }],
    })
    this.#values.set('pausedChannel', channel)
    this.#values.set('pendingJobId', id)
  }

  async #makeOpenJob(): Promise<string> {
    const { id } = await submit(this.#target, { ...envelope, open: true })
    const { items = [] } = requestExample('submitJob.json').body as JobSubmission
    const body = items.slice(0, 2)
    await this.#want(200, { operationId: 'appendItems', pathParams: { jobId: id }, query: { fromIndex: '0' }, body })
    return id
  }

  async #makeToken(): Promise<string> {
    const body = { name: 'nightly import', scopes: ['jobs:read'] }
    const answer = await this.#want(201, { operationId: 'createToken', body })
    return (JSON.parse(answer.text) as { id: string }).id
  }

  async #makeSubscription(): Promise<string> {
    const subscription = freshSubscriptionName()
    await this.#want(201, { operationId: 'putSubscription', pathParams: { subscription }, body: { weight: 2 } })
    return subscription
  }

  /** Disabled, so that events of other tests are not delivered. */
  async #makeEndpoint(): Promise<string> {
    const body = { url: 'https://hooks.example/waybill', eventTypes: ['webhook_endpoint.test'], state: 'disabled' }
    const answer = await this.#want(201, { operationId: 'createWebhookEndpoint', body })
    return (JSON.parse(answer.text) as { id: string }).id
  }

  async #makeChannel(): Promise<string> {
    const channel = freshChannelName()
    await this.#want(201, { operationId: 'putChannel', pathParams: { channel }, body: { connector } })
    return channel
  }

  async #want(status: number, request: Parameters<typeof send>[1]): Promise<Answer> {
    const answer = await send(this.#target, request)
    if (answer.status === status) return answer
    throw new Error(
      `Cannot prepare ${request.operationId} as ${status} is wanted: current value is ${answer.status} ${answer.text}`,
    )
  }
}

function freshSubscriptionName(): string {
  return `acme ${randomUUID().slice(0, 8)}/eu`
}

export function freshChannelName(): string {
  return `shop-${randomUUID().slice(0, 8)}`
}
