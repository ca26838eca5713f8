import { request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { MetricsListener } from './metrics-listener.ts'

let listener: MetricsListener | undefined
afterEach(() => listener?.stop())

async function listen(loopback = true): Promise<string> {
  let url = ''
  listener = new MetricsListener({
    metrics: {
      read: (format) => Promise.resolve({ contentType: `text/${format}`, body: Buffer.from('waybill_up 1\n') }),
    },
    ...{ port: 0, host: '127.0.0.1', loopback },
    onListening: (listened) => (url = listened),
  })
  await listener.start()
  return url
}

/** The status of a request with this `Host`, which `fetch` does not let set. */
function statusWith(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

it('answers with the metrics without a token, in the format that is asked for', async () => {
  const url = await listen()
  const answer = await fetch(url, { headers: { accept: 'application/openmetrics-text' } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/openmetrics'])
  expect(await answer.text()).toBe('waybill_up 1\n')
  expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe('13')
})

it('has nothing else', async () => {
  const url = await listen()
  expect((await fetch(new URL('/v1/jobs', url))).status).toBe(404)
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405)
})

it('is not there for pages of other hosts while it listens on this machine only', async () => {
  expect(await statusWith(await listen(), 'evil.example')).toBe(403)
  await listener?.stop()
  expect(await statusWith(await listen(false), 'waybill.example')).toBe(200)
})

it('says which port is not free', async () => {
  const { port } = new URL(await listen())
  const other = new MetricsListener({
    metrics: { read: () => Promise.reject(new Error('unused')) },
    ...{ port: Number(port), host: '127.0.0.1', loopback: true, onListening: () => {} },
  })
  await expect(other.start()).rejects.toThrow(`Cannot listen on 127.0.0.1:${port} for metrics as both must be free`)
})
