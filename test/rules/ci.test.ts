import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '../../.ci/run')
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A stand-in for npm: its output and exit code, by its arguments. */
interface Script {
  readonly prints: string
  readonly exitCode: number
}

function runCi(scripts: { test: Script; long: Script }) {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-ci-'))
  folders.push(folder)
  const lines = ['#!/usr/bin/env bash', 'case "$*" in']
  for (const [args, { prints, exitCode }] of [
    ['test', scripts.test],
    ['run test:long', scripts.long],
  ] as const) {
    lines.push(`'${args}') printf '%s\\n' '${prints}'; exit ${exitCode} ;;`)
  }
  writeFileSync(join(folder, 'npm'), [...lines, 'esac', 'exit 99', ''].join('\n'))
  chmodSync(join(folder, 'npm'), 0o755)
  const env = { ...process.env, PATH: folder + delimiter + process.env.PATH }
  const { status, stdout } = spawnSync('bash', [script], { env, encoding: 'utf8' })
  const output = stdout.trimEnd().split('\n')
  return {
    exitCode: status,
    lastLine: output.at(-1),
    closingLines: output.filter((line) => isClosing.test(line)),
    stdout,
  }
}

const isClosing = /^(\w+: )?\d+ passed, \d+ failed$/

describe('.ci/run', () => {
  it('ends with the sum of both commands, and shows no other line like it', () => {
    const ended = runCi({
      test: { prints: 'ok build\n12 passed, 0 failed', exitCode: 0 },
      long: { prints: '30 passed, 0 failed', exitCode: 0 },
    })
    expect(ended).toMatchObject({ exitCode: 0, lastLine: '42 passed, 0 failed', closingLines: ['42 passed, 0 failed'] })
    expect(ended.stdout).toContain('ok build\nThe sum of npm test: 12 passed, 0 failed\n')
  })

  it('runs the second when the first failed, and fails', () => {
    const ended = runCi({
      test: { prints: '11 passed, 1 failed', exitCode: 1 },
      long: { prints: '30 passed, 2 failed', exitCode: 1 },
    })
    expect(ended).toMatchObject({ exitCode: 1, lastLine: '41 passed, 3 failed' })
  })

  it('names what failed once more at the end, and why, where it is not lost among what passed', () => {
    const failed = 'failed: unit: adds\n    expected 3 to be 4\n    + 3'
    const ended = runCi({
      test: {
        prints: `    indented\n${failed}\nfailed: lint\nskipped: 1\n    other\n11 passed, 2 failed`,
        exitCode: 1,
      },
      long: { prints: '30 passed, 0 failed', exitCode: 0 },
    })
    const end = `npm run test:long: 30 passed, 0 failed\n${failed}\nfailed: lint\n41 passed, 2 failed\n`
    expect(ended.stdout.slice(-end.length)).toBe(end)
  })

  it('counts a command that ends without its closing line as one failure', () => {
    const ended = runCi({
      test: { prints: 'no registry', exitCode: 1 },
      long: { prints: '30 passed, 0 failed', exitCode: 0 },
    })
    expect(ended).toMatchObject({ exitCode: 1, lastLine: '30 passed, 1 failed' })
    const silent = runCi({
      test: { prints: '12 passed, 0 failed', exitCode: 0 },
      long: { prints: '', exitCode: 0 },
    })
    expect(silent).toMatchObject({ exitCode: 1, lastLine: '12 passed, 1 failed' })
  })

  it('counts an exit code that contradicts the closing line as one failure', () => {
    const ended = runCi({
      test: { prints: '12 passed, 0 failed', exitCode: 0 },
      long: { prints: '30 passed, 0 failed', exitCode: 3 },
    })
    expect(ended).toMatchObject({ exitCode: 1, lastLine: '42 passed, 1 failed' })
  })

  it('fails when nothing ran', () => {
    const nothing = { prints: '0 passed, 0 failed', exitCode: 0 }
    expect(runCi({ test: nothing, long: nothing })).toMatchObject({ exitCode: 1, lastLine: '0 passed, 0 failed' })
  })
})
