import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findLoginFile, readLogin, removeLogin, writeLogin } from './login-file.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-login-'))
  path = findLoginFile({ XDG_CONFIG_HOME: folder })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const login = { url: 'https://waybill.example', token: 'secret' }

describe('the login file', () => {
  test('stands where XDG says, and in ~/.config else', () => {
    expect(path).toBe(join(folder, 'waybill/login.json'))
    expect(findLoginFile({ HOME: '/home/me' })).toBe('/home/me/.config/waybill/login.json')
    expect(findLoginFile({ HOME: '/home/me', XDG_CONFIG_HOME: 'relative' })).toBe('/home/me/.config/waybill/login.json')
  })

  test('is read as it was written, by its owner alone, whatever stood there before', async () => {
    expect(await readLogin(path)).toBeNull()
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'something else')
    chmodSync(path, 0o644)
    await writeLogin(path, login)
    expect(await readLogin(path)).toEqual(login)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['login.json'])
    await writeLogin(path, { ...login, token: null })
    expect(await readLogin(path)).toEqual({ ...login, token: null })
    expect([await removeLogin(path), await removeLogin(path)]).toEqual([true, false])
  })

  test.each(['', '{"url":"https://waybill.example","token":"sec', '{"url":1,"token":"secret"}', 'null'])(
    'is not guessed at when it is damaged: %s',
    async (text) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, text)
      const error: unknown = await readLogin(path).catch((error: unknown) => error)
      expect(String(error)).toContain('it is damaged; run waybill login again')
      expect(String(error)).not.toContain('sec')
    },
  )

  test('is refused where there can be none', async () => {
    writeFileSync(join(folder, 'waybill'), 'a file')
    await expect(writeLogin(path, login)).rejects.toThrow()
    expect(await readLogin(path)).toBeNull()
  })
})
