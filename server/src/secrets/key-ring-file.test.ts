import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addKey, makeKeyRingFile, readKeyRingFile, removeKeys } from './key-ring-file.ts'
import { KeyRing, newKeyText, type RingKey } from './key-ring.ts'
import { openKeyRing } from './open-key-ring.ts'

describe('key ring in a file', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waybill-keys-'))
    file = join(folder, 'data', 'key-ring')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  const ids = (keys: readonly RingKey[] | null): string[] | undefined => keys?.map(({ id }) => id)

  it('is made once, for this user alone', () => {
    expect(readKeyRingFile(file)).toBeNull()
    const first = makeKeyRingFile(file)
    expect([first.made, statSync(file).mode & 0o777]).toEqual([true, 0o600])
    expect(makeKeyRingFile(file)).toEqual({ keys: first.keys, made: false })
    expect(readKeyRingFile(file)).toEqual(first.keys)
  })

  it('gets a new first key, and loses those that are named', () => {
    const old = makeKeyRingFile(file).keys
    const keys = addKey(file)
    expect([ids(keys)!.slice(1), statSync(file).mode & 0o777]).toEqual([ids(old), 0o600])
    expect(readKeyRingFile(file)).toEqual(keys)
    const [added] = addKey(file)
    removeKeys(file, new Set([keys[1]!.id]))
    expect(ids(readKeyRingFile(file))).toEqual([added!.id, keys[0]!.id])
    expect(existsSync(`${file}.${process.pid}.partial`)).toBe(false)
  })

  it('must still have the key that a start seals with, when that has the data folder', () => {
    makeKeyRingFile(file)
    const { recheck } = openKeyRing({ keyRing: null, keyRingFile: file, store: 'disk', dataDir: '/nowhere' })
    const [, first] = addKey(file)
    expect(recheck).not.toThrow()
    removeKeys(file, new Set([first!.id]))
    expect(recheck).toThrow(`${file} must keep key ${first!.id} during a start: it was removed. Start again`)
    rmSync(file)
    expect(recheck).toThrow('it was removed')
  })

  it.each([
    ['that others can read', () => chmodSync(file, 0o640), /other users of this machine may read it \(mode 640\)/],
    ['that holds no key', () => writeFileSync(file, 'hunter2\n'), /key 1 is not 32 bytes in base64$/],
    ['that is a folder', () => (rmSync(file), mkdirSync(file)), /it is not a file/],
    [
      'that is a link to nowhere',
      () => (rmSync(file), symlinkSync('/nowhere/at-all', file)),
      /a link that leads to no/,
    ],
  ])('%s is refused', (_, change, message) => {
    makeKeyRingFile(file)
    change()
    const open = () => openKeyRing({ keyRing: null, keyRingFile: null, store: 'disk', dataDir: join(folder, 'data') })
    expect(open).toThrow(message)
    expect(open).toThrow(/^Cannot use key ring as .*key-ring must hold keys: (?!.*hunter2)/)
  })

  it('is that of the data folder unless another one is given', () => {
    const dataDir = join(folder, 'data')
    const source = { keyRing: null, keyRingFile: null, store: 'disk' as const, dataDir }
    const made = openKeyRing(source)
    expect(made.madeFile).toBe(file)
    const sealed = made.ring.seal('a', 'x')
    expect([openKeyRing(source).madeFile, openKeyRing(source).ring.open(sealed, 'x')]).toEqual([null, 'a'])
    expect(openKeyRing({ ...source, keyRing: readFileSync(file, 'utf8') }).ring.open(sealed, 'x')).toBe('a')
    const other = join(folder, 'other')
    expect(() => openKeyRing({ ...source, keyRingFile: other })).toThrow('there is no such file')
    writeFileSync(other, newKeyText(), { mode: 0o600 })
    expect(() => openKeyRing({ ...source, keyRingFile: other }).ring.open(sealed, 'x')).toThrow('there is no key')
  })

  it('is in memory with the memory store', () => {
    const { ring, madeFile } = openKeyRing({ keyRing: null, keyRingFile: null, store: 'memory', dataDir: folder })
    expect([ring instanceof KeyRing, madeFile, existsSync(join(folder, 'key-ring'))]).toEqual([true, null, false])
  })
})
