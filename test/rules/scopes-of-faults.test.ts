import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/*
 * Every suite of faults attacks with a token of little scope too, or decisions/0047 says why a token changes nothing in it.
 */

const root = join(import.meta.dirname, '../..')
const faults = join(root, 'test/faults')
const decision = readFileSync(join(root, 'decisions/0047-tenants-apart.md'), 'utf8')

/** How a suite gets a token of few scopes. */
const USES = /\bcreateToken\(|\bLittleCallers\(|\.little\b|\bscopes: \[|'\/v1\/tokens'|\bworld\.refused\(/

function exempt(page: string): ReadonlyMap<string, string> {
  const rows = page.matchAll(/^\| `([\w-]+\.test\.ts)` \| (.+) \|$/gm)
  return new Map([...rows].map(([, file, reason]) => [file!, reason!.trim()]))
}

function faultsOf(suites: Readonly<Record<string, string>>, reasons: ReadonlyMap<string, string>): string[] {
  const named = Object.entries(suites).flatMap(([file, text]) => {
    if (USES.test(text) === reasons.has(file))
      return [
        reasons.has(file)
          ? `${file} has both a token and a reason for none`
          : `${file} has neither a token of little scope nor a reason`,
      ]
    return []
  })
  const gone = [...reasons.keys()].filter((file) => !Object.hasOwn(suites, file)).map((file) => `${file} is not there`)
  return [...named, ...gone]
}

describe('a suite of faults', () => {
  it('uses a token of little scope, or stands in decisions/0047 with a reason', () => {
    const files = readdirSync(faults).filter((file) => file.endsWith('.test.ts'))
    const suites = Object.fromEntries(files.map((file) => [file, readFileSync(join(faults, file), 'utf8')]))
    expect(files.length).toBeGreaterThan(30)
    expect(faultsOf(suites, exempt(decision))).toEqual([])
  })

  it('is missed without either, with both, and when it is gone', () => {
    const reasons = exempt(
      '| `kill.test.ts` | the process is killed |\n| `gone.test.ts` | why |\n| `tls.test.ts` | why |',
    )
    const suites = {
      'kill.test.ts': 'await server.kill()',
      'new.test.ts': "await server.fetch('/v1/jobs')",
      'tls.test.ts': "createToken(world, ['jobs:read'])",
      'good.test.ts': 'const { problem } = await world.refused(path, init)',
    }
    expect(faultsOf(suites, reasons)).toEqual([
      'new.test.ts has neither a token of little scope nor a reason',
      'tls.test.ts has both a token and a reason for none',
      'gone.test.ts is not there',
    ])
  })
})
