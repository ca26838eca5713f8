import { describe, expect, it } from 'vitest'
import { credentialsOf } from './credentials.ts'
import type { ChannelConfig, Credentials } from '../model/channel.ts'
import { type StoredCredentials, withCredentials } from '../model/channel-credentials.ts'
import { completeChannel } from '../model/complete-channel.ts'

const bearer = (token: string): Credentials => ({ type: 'bearer', token })
const config: ChannelConfig = completeChannel({
  connector: { type: 'http', url: 'https://now.example/deliver' },
  credentials: { '*': bearer('shared'), inFile: bearer('in-file') },
  payload: { resolveUrl: 'https://pim.example/{id}', credentials: { '*': bearer('shared-payload') } },
})
const stored = (subscription: string, origin: string, target: StoredCredentials['target'] = 'connector') => ({
  ...{ channel: 'shop', subscription, target, origin, updatedAtMs: 0 },
  credentials: bearer(`of-${subscription}`),
})

describe('credentials of a subscription', () => {
  const all = withCredentials(config, [
    stored('here', 'https://now.example'),
    stored('moved', 'https://before.example'),
    stored('inFile', 'https://before.example'),
    stored('*', 'https://before.example'),
    stored('moved-payload', 'https://before.example', 'payload'),
  ])

  it('are its own where they are in use, else those that all share', () => {
    expect(credentialsOf(all.credentials, 'here')).toEqual(bearer('of-here'))
    expect(credentialsOf(all.credentials, 'another')).toEqual(bearer('shared'))
    expect(credentialsOf(all.credentials, 'moved-payload')).toEqual(bearer('shared'))
    expect(credentialsOf(all.payload!.credentials, 'here')).toEqual(bearer('shared-payload'))
  })

  it('are none where its own are not in use, unless the file has some of it', () => {
    expect(credentialsOf(all.credentials, 'moved')).toBeNull()
    expect(credentialsOf(all.payload!.credentials, 'moved-payload')).toBeNull()
    expect(credentialsOf(all.credentials, 'inFile')).toEqual(bearer('in-file'))
  })
})
