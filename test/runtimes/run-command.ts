import { spawn } from 'node:child_process'
import type { CheckResult } from './program.ts'

export interface Ended {
  readonly results: CheckResult[]
  readonly exitCode: number | null
  /** How long the program stayed after it had said everything, in milliseconds. */
  readonly lingeredMs: number
  /** All it printed. */
  readonly output: string
}

/** Runs a program that prints its results as a line of JSON, and waits until it has ended by itself. */
export async function runCommand(cwd: string, command: readonly string[], timeoutMs: number): Promise<Ended> {
  const [file, ...args] = command
  const child = spawn(file!, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  let output = ''
  let lastSaidMs = performance.now()
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => {
    said.push(chunk)
    lastSaidMs = performance.now()
  })
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return await new Promise((resolve) => {
    // What cannot be started is closed too.
    child.once('error', (error) => (output += error.message))
    child.once('close', (exitCode) => {
      const lingeredMs = performance.now() - lastSaidMs
      const text = Buffer.concat(said).toString()
      resolve({ results: readResults(text), exitCode, lingeredMs, output: text + output })
    })
  })
}

function readResults(text: string): CheckResult[] {
  try {
    return JSON.parse(text) as CheckResult[]
  } catch {
    return []
  }
}
