import { expect, it } from 'vitest'
import { callerText, endToEnd, readCaller } from './peer-headers.ts'

it('of a connection and of the cluster are not passed on, all others are, in their order and number', () => {
  const raw = [
    ...['Host', 'shop.example', 'Connection', 'close, X-Once', 'X-Once', '1', 'Accept', 'a', 'accept', 'b'],
    ...[
      'Transfer-Encoding',
      'chunked',
      'TE',
      'trailers',
      'Upgrade',
      'h2c',
      'Keep-Alive',
      'timeout=5',
      'Expect',
      '100-continue',
    ],
    ...[
      'waybill-peer',
      'forged',
      'WAYBILL-PEER-CALLER',
      '10.0.0.1',
      'Waybill-Peer-Anything',
      '1',
      'Waybill-Epoch',
      '7',
    ],
  ]
  expect(endToEnd(raw)).toEqual(['Host', 'shop.example', 'Accept', 'a', 'accept', 'b', 'Waybill-Epoch', '7'])
})

it('name the caller', () => {
  for (const caller of [
    { address: '192.0.2.7', tls: false },
    { address: '2001:db8::1', tls: true },
    { address: '', tls: true },
  ])
    expect(readCaller(callerText(caller))).toEqual(caller)
  expect(readCaller(undefined)).toEqual({ address: '', tls: false })
})
