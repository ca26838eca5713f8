import { describe, expect, test } from 'vitest'
import { createFakeInput } from '../testing/fake-input.ts'
import { readChannelConfig } from './read-channel-config.ts'

const connector = { type: 'http', url: 'https://shop.example/' }
const read = (text: string): Promise<object> => readChannelConfig(createFakeInput('shop.yaml', text), 'shop')

describe('readChannelConfig', () => {
  test.each([
    ['YAML', 'connector: { type: http, url: "https://shop.example/" }\n'],
    ['JSON', JSON.stringify({ connector })],
    [
      'what channels get --json prints',
      JSON.stringify({ name: 'shop', origin: 'api', connector, state: {}, links: {} }),
    ],
    [
      'an entry of the configuration file',
      'channels:\n  shop:\n    connector: { type: http, url: "https://shop.example/" }\n',
    ],
  ])('reads %s', async (_, text) => {
    expect(await read(text)).toEqual({ connector })
  })

  test.each([
    ['connector: [', /shop\.yaml as line 1, column \d+ must be YAML or JSON/],
    ['- a\n', /must be an object with the field connector/],
    ['name: other\n', /must be the configuration of shop: it is that of "other"/],
    ['channels: { other: {} }\n', /its channels must contain shop/],
  ])('refuses %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message)
  })
})
