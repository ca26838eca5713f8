import type { WebhookDelivery, WebhookDeliveryPage } from '@waybill/spec'
import type { Calls, RawAnswer } from '../client.ts'
import { readPages, toList } from '../transport/pages.ts'
import { deleteOnce } from './delete-once.ts'
import type { Webhooks, WebhookDeliveriesFilter } from './webhooks.ts'

const one = '/v1/webhook-endpoints/{endpointId}'

interface EndpointInPath {
  readonly path: { readonly endpointId: string }
}

/** The calls of `waybill.webhooks`: most programs make none. */
export function webhookCalls(calls: Calls): Webhooks {
  const { raw, via, read } = calls
  const again = via({ repeatable: true })

  /** @throws {TypeError} the id is none: `.` and `..` would become another path, and a secret must not be sent in a URL */
  function pathOf(action: string, endpointId: string): EndpointInPath {
    if (/^whe_[0-9a-f]{32}$/.test(endpointId)) return { path: { endpointId } }
    const wanted = 'its id must be whe_ and 32 hex digits: current value is another text'
    throw new TypeError(`Cannot ${action} webhook endpoint as ${wanted}`)
  }

  async function ask<Data>(
    action: string,
    id: string,
    send: (params: EndpointInPath) => Promise<RawAnswer<Data>>,
  ): Promise<Data> {
    return (await read(`${action} webhook endpoint ${id}`, send(pathOf(action, id)))).data
  }

  function readDeliveries(
    readPage: (pageToken: string | undefined) => Promise<RawAnswer<WebhookDeliveryPage>>,
  ): AsyncIterable<WebhookDelivery> {
    return readPages(
      async (pageToken) => (await read('list webhook deliveries', readPage(pageToken))).data,
      (page) => page.deliveries,
    )
  }

  return {
    endpoints: {
      async create(body, { signal } = {}) {
        return (await read('create webhook endpoint', raw.POST('/v1/webhook-endpoints', { body, signal }))).data
      },
      async list({ signal } = {}) {
        return (await read('list webhook endpoints', raw.GET('/v1/webhook-endpoints', { signal }))).data.endpoints
      },
      get: (id, { signal } = {}) => ask('get', id, (params) => raw.GET(one, { params, signal })),
      update: (id, body, { signal } = {}) => ask('change', id, (params) => raw.PATCH(one, { params, body, signal })),
      async delete(id, { signal } = {}) {
        const params = pathOf('delete', id)
        await deleteOnce(calls, `delete webhook endpoint ${id}`, (viaRemove) =>
          raw.DELETE(one, { params, signal, ...viaRemove }),
        )
      },
      rotateSecret: (id, { signal, ...body } = {}) =>
        ask('rotate secret of', id, (params) => raw.POST(`${one}/rotate-secret`, { params, body, signal })),
      revokePreviousSecret: (id, { signal } = {}) =>
        ask('revoke secret of', id, (params) =>
          raw.POST(`${one}/revoke-previous-secret`, { params, signal, ...again }),
        ),
      enable: (id, { signal, ...body } = {}) =>
        ask('enable', id, (params) => raw.POST(`${one}/enable`, { params, body, signal, ...again })),
      disable: (id, { signal } = {}) =>
        ask('disable', id, (params) => raw.POST(`${one}/disable`, { params, signal, ...again })),
      test: async (id, { signal } = {}) =>
        (await ask('test', id, (params) => raw.POST(`${one}/test`, { params, signal }))).event,
      replay: async (id, body, { signal } = {}) =>
        (await ask('replay', id, (params) => raw.POST(`${one}/replay`, { params, body, signal }))).replay,
    },
    ofJobs: {
      async get({ signal } = {}) {
        return (await read("get jobs' webhooks", raw.GET('/v1/job-webhooks', { signal }))).data
      },
      async update(body, { signal } = {}) {
        return (await read("change jobs' webhooks", raw.PATCH('/v1/job-webhooks', { body, signal }))).data
      },
      async rotateSecret({ signal, ...body } = {}) {
        const path = '/v1/job-webhooks/rotate-secret'
        return (await read("rotate secret of jobs' webhooks", raw.POST(path, { body, signal }))).data
      },
    },
    deliveries: {
      list: ({ signal, jobId, ...filter } = {}) =>
        readDeliveries((pageToken) => {
          const query = { ...toQuery(filter), jobId: toList(jobId), pageToken }
          return raw.GET('/v1/webhook-deliveries', { params: { query }, signal })
        }),
      forJob: (jobId, { signal, ...filter } = {}) => {
        // `.` and `..` would become another path.
        if (!/^job_[0-9a-f]{32}$/.test(jobId)) {
          throw new TypeError(
            `Cannot list webhook deliveries as the job's id must be job_ and 32 hex digits: current value is ${JSON.stringify(jobId)}`,
          )
        }
        return readDeliveries((pageToken) => {
          const params = { path: { jobId }, query: { ...toQuery(filter), pageToken } }
          return raw.GET('/v1/jobs/{jobId}/webhook-deliveries', { params, signal })
        })
      },
    },
  }
}

type Query = Omit<WebhookDeliveriesFilter, 'jobId' | 'signal'>

function toQuery({ endpointId, eventType, status, ...rest }: Query) {
  return {
    ...(rest as { include?: 'body'[]; pageSize?: number }),
    ...{ endpointId: toList(endpointId), eventType: toList(eventType), status: toList(status) },
  }
}
