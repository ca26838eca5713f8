import { basename, delimiter, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findOnPath } from './start-redis.ts'

describe('findOnPath', () => {
  it('finds a program in the folders of the PATH, and says when there is none', () => {
    const name = basename(process.execPath)
    const path = ['/nowhere', dirname(process.execPath)].join(delimiter)
    expect(findOnPath(name, path)).toBe(process.execPath)
    expect(findOnPath(name, '/nowhere')).toBeNull()
  })
})
