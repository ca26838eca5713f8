import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as readAll } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { UsageError } from '../cli-errors.ts'
import { openInput } from './open-input.ts'

const folder = mkdtempSync(join(tmpdir(), 'waybill-input-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const nothing = Readable.from([])
const text = 'id,price\n'.repeat(10_000)

function pipe(bytes: Uint8Array, pieceBytes: number): Readable {
  const pieces = []
  for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(Buffer.from(bytes.subarray(at, at + pieceBytes)))
  return Readable.from(pieces)
}

describe('openInput', () => {
  test.each([
    ['plain', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['several gzip files one after another', Buffer.concat([gzipSync(text.slice(0, 100)), gzipSync(text.slice(100))])],
  ])('reads a %s file and counts its bytes on the disk', async (_, bytes) => {
    const path = join(folder, 'prices.csv.gz')
    writeFileSync(path, bytes)
    const input = await openInput(path, nothing)
    expect(input).toMatchObject({ name: path, fileName: 'prices.csv', sizeBytes: bytes.length, readBytes: 0 })
    expect(await readAll(input.bytes)).toBe(text)
    expect(input.readBytes).toBe(bytes.length)
  })

  test.each([1, 2, 1000])('reads a pipe that gives %i bytes at a time, gzip or not', async (pieceBytes) => {
    for (const bytes of [Buffer.from('id\nA1\n'), gzipSync('id\nA1\n')]) {
      const input = await openInput('-', pipe(bytes, pieceBytes))
      expect(input).toMatchObject({ name: 'the standard input', fileName: '', sizeBytes: null })
      expect(await readAll(input.bytes)).toBe('id\nA1\n')
    }
  })

  test('reads what is shorter than the mark of gzip', async () => {
    for (const short of ['', 'x']) {
      expect(await readAll((await openInput('-', pipe(Buffer.from(short), 10))).bytes)).toBe(short)
    }
  })

  test('refuses what is no file, and gzip that is broken', async () => {
    await expect(openInput(join(folder, 'none.csv'), nothing)).rejects.toThrow(
      /none\.csv as it must be a file: there is none/,
    )
    await expect(openInput(folder, nothing)).rejects.toThrow('it is a folder')
    const whole = gzipSync(text)
    for (const broken of [whole.subarray(0, 40), Buffer.concat([whole.subarray(0, 20), Buffer.alloc(40, 7)])]) {
      const reading = readAll((await openInput('-', pipe(broken, 16))).bytes)
      await expect(reading).rejects.toBeInstanceOf(UsageError)
      await expect(reading).rejects.toThrow('Cannot read the standard input as its gzip must be whole')
    }
  })

  test('closes the file when nobody reads on', async () => {
    const path = join(folder, 'large.csv')
    writeFileSync(path, text.repeat(20))
    const input = await openInput(path, nothing)
    for await (const _ of input.bytes) break
    expect(input.readBytes).toBeLessThan(input.sizeBytes!)
  })
})
