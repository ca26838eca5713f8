import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { newWebhookSecret, signWebhook, webhookKey } from './standard-signature.ts'

const id = 'evt_0192f0c1a2b37c4d8e9fa0b1c2d3e4f5'
const body = '{"type":"job.ended","data":{"name":"Bücher — 本"}}'
const timestamp = Math.floor(Date.now() / 1000)

function headersWith(signature: string): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
}

describe('standard signature', () => {
  it('is verified by the reference library, whatever the length of the secret', () => {
    for (const bytes of [24, 32, 64]) {
      const secret = `whsec_${randomBytes(bytes).toString('base64')}`
      const signature = signWebhook({ id, timestamp, body }, [webhookKey(secret)])
      expect(new Webhook(secret).verify(body, headersWith(signature))).toEqual(JSON.parse(body))
    }
  })

  it('is what the reference library signs', () => {
    const secret = newWebhookSecret()
    const theirs = new Webhook(secret).sign(id, new Date(timestamp * 1000), body)
    expect(signWebhook({ id, timestamp, body }, [webhookKey(secret)])).toBe(theirs)
  })

  it('has one signature a key, each of which is enough', () => {
    const [newer, older, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()]
    const signature = signWebhook({ id, timestamp, body }, [newer, older].map(webhookKey))
    expect(signature.split(' ')).toHaveLength(2)
    for (const secret of [newer, older]) new Webhook(secret).verify(body, headersWith(signature))
    expect(() => new Webhook(other).verify(body, headersWith(signature))).toThrow('No matching signature')
  })

  it('covers id, time and body', () => {
    const secret = newWebhookSecret()
    const headers = headersWith(signWebhook({ id, timestamp, body }, [webhookKey(secret)]))
    const webhook = new Webhook(secret)
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'evt_other' })).toThrow()
    expect(() => webhook.verify(body, { ...headers, 'webhook-timestamp': String(timestamp + 1) })).toThrow()
    expect(() => webhook.verify(`${body} `, headers)).toThrow()
  })

  it('makes secrets of 32 random bytes', () => {
    const secret = newWebhookSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhookKey(secret)).toHaveLength(32)
    expect(newWebhookSecret()).not.toBe(secret)
  })
})
