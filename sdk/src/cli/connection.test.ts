import { describe, expect, test } from 'vitest'
import { chooseConnection } from './connection.ts'

const login = { url: 'https://waybill.example/', token: 'kept' }

describe('chooseConnection', () => {
  test('goes to this machine when nothing is said', () => {
    expect(chooseConnection(undefined, {}, null)).toEqual({
      url: 'http://localhost:8080',
      urlFrom: 'default',
      token: undefined,
      tokenFrom: null,
      keptFor: null,
      urlOption: '',
    })
  })

  test('lets the option win over the environment, and the environment over the login', () => {
    const env = { WAYBILL_URL: 'https://env.example', WAYBILL_TOKEN: 'env' }
    expect(chooseConnection(undefined, {}, login)).toMatchObject({
      ...login,
      urlFrom: 'login',
      tokenFrom: 'login',
      token: 'kept',
    })
    expect(chooseConnection(undefined, env, login)).toMatchObject({
      url: 'https://env.example',
      urlFrom: 'environment',
      token: 'env',
      tokenFrom: 'environment',
    })
    expect(chooseConnection('https://option.example', env, login)).toEqual({
      url: 'https://option.example',
      urlFrom: 'option',
      token: 'env',
      tokenFrom: 'environment',
      keptFor: 'https://waybill.example/',
      urlOption: ' --url https://option.example',
    })
    expect(chooseConnection(undefined, { WAYBILL_URL: '', WAYBILL_TOKEN: '' }, login).token).toBe('kept')
  })

  test.each([
    ['https://waybill.example', 'kept'],
    ['https://WAYBILL.example:443/', 'kept'],
    ['http://waybill.example', undefined],
    ['https://waybill.example.evil.example', undefined],
    ['https://waybill.example/other', undefined],
    ['not a url', undefined],
  ])('sends the kept token to the server that it was kept for alone: %s', (url, token) => {
    expect(chooseConnection(url, {}, login).token).toBe(token)
    expect(chooseConnection(undefined, { WAYBILL_URL: url }, login).token).toBe(token)
    expect(chooseConnection(url, {}, login).keptFor).toBe(token === undefined ? login.url : null)
  })
})
