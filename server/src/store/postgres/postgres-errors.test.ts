import { describe, expect, it } from 'vitest'
import { storeErrorOf } from './postgres-errors.ts'

function said(code: string, message = 'a message'): Error {
  return Object.assign(new Error(message), { code, severity: 'FATAL' })
}

describe('storeErrorOf', () => {
  it('reports a database that starts, stops or has no connection left as one that cannot be reached', () => {
    for (const [code, message] of [
      ['57P03', 'the database system is starting up'],
      ['57P01', 'terminating connection due to administrator command'],
      ['53300', 'sorry, too many clients already'],
    ] as const)
      expect(storeErrorOf(said(code, message))).toMatchObject({
        code: 'unavailable',
        message: `Cannot reach the database: it says ${code}: ${message}`,
      })
  })

  it('reports another refusal by its code, and a full disk as one', () => {
    expect(storeErrorOf(said('57014'))).toMatchObject({
      code: 'unavailable',
      message: 'The database says 57014: a message',
    })
    expect(storeErrorOf(said('53100'))).toMatchObject({
      code: 'disk_full',
      message: 'The database says 53100: a message',
    })
  })

  it('says nothing of the users and databases that do not exist', () => {
    expect(storeErrorOf(said('3D000', 'database "secret" does not exist')).message).toMatch(/: it says 3D000$/)
  })
})
