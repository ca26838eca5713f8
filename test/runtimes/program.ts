// The program that every runtime must run: the same everywhere, through the public surface of the installed package alone.

import { createClient } from '@waybill/sdk'
import { callChecks } from './call-checks.ts'
import type { Checks, ProgramTargets } from './check.ts'
import { followChecks } from './follow-checks.ts'
import { submitChecks } from './submit-checks.ts'

export interface CheckResult {
  readonly name: string
  /** Null: passed. */
  readonly failure: string | null
}

/** A check that takes longer has failed: it is over within a second or two. */
const checkTimeoutMs = 30_000

const checks: Checks = { ...submitChecks, ...followChecks, ...callChecks }

/** The names of all checks, in order. */
export const checkNames: readonly string[] = Object.keys(checks)

/** Runs all checks, one after another; a failure ends none of the others. */
export async function runProgram(targets: ProgramTargets): Promise<CheckResult[]> {
  const waybill = createClient({ baseUrl: targets.serverUrl })
  const results: CheckResult[] = []
  for (const [name, check] of Object.entries(checks)) {
    const world = { ...targets, waybill, source: `runtimes-${Math.random().toString(36).slice(2)}` }
    results.push({ name, failure: await failureOf(check(world)) })
  }
  return results
}

async function failureOf(check: Promise<void>): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `Cannot pass the check as it must end within ${checkTimeoutMs} ms: it did not`
    timer = setTimeout(() => reject(new Error(message)), checkTimeoutMs)
  })
  try {
    await Promise.race([check, late])
    return null
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    clearTimeout(timer)
  }
}
