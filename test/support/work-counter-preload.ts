import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { registerHooks } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import { countSteps } from './count-steps.ts'

/*
 * Preloaded into a server that runs from source: counts what its main thread does between two turns of the event loop, in steps instead of
 * time, so that the number is the same on a busy machine. A step is a function entered or a loop gone round, in the sources of the server
 * and in what Ajv makes of the schemas; functions of the language whose cost grows with their input count by its size. Within a turn the clock
 * goes by steps too, so that slices of time end where they would on a quiet machine. The numbers are served at the address that stands
 * in the file of TEST_WORK_COUNTER; reading them begins anew.
 */

export interface CountedWork {
  /** Most steps between two turns of the loop. */
  readonly maxSteps: number
  readonly steps: number
  readonly turns: number
}

/** Cost of a step on known machines. */
const MS_PER_STEP = 1e-5
/** Work of a built-in function, by character or element. */
const STEPS_PER_PARSED_CHARACTER = 1 / 4
const STEPS_PER_WRITTEN_CHARACTER = 1 / 16
const STEPS_PER_COPIED_ELEMENT = 1 / 8

let ofTurn = 0
let armed = false
let turnBeganMs = 0
let latestMs = 0
let max = 0
let all = 0
let turns = 0

function count(steps: number): void {
  ofTurn += steps
  if (armed) return
  armed = true
  turnBeganMs = realNowMs()
  setImmediate(endTurn)
}

const realNowMs = performance.now.bind(performance)

function nowMs(): number {
  latestMs = Math.max(latestMs, armed ? turnBeganMs + ofTurn * MS_PER_STEP : realNowMs())
  return latestMs
}

function endTurn(): void {
  armed = false
  max = Math.max(max, ofTurn)
  all += ofTurn
  turns++
  ofTurn = 0
}

if (isMainThread) {
  Object.assign(globalThis, { __countSteps: count })
  performance.now = nowMs
  countSources()
  countGeneratedFunctions()
  countLanguage()
  serve(process.env['TEST_WORK_COUNTER']!)
}

function countSources(): void {
  registerHooks({
    load(url, context, nextLoad) {
      if (!/\/(server\/src|spec\/generated)\/.*\.ts$/.test(url)) return nextLoad(url, context)
      return {
        format: 'module-typescript',
        source: countSteps(readFileSync(fileURLToPath(url), 'utf8')),
        shortCircuit: true,
      }
    },
  })
}

/** Ajv makes functions out of text. */
function countGeneratedFunctions(): void {
  globalThis.Function = new Proxy(Function, {
    construct(target, args: string[], newTarget) {
      const texts = [...args]
      texts.push(countSteps(texts.pop() ?? ''))
      return Reflect.construct(target, texts, newTarget) as object
    },
  })
}

function countLanguage(): void {
  const { parse, stringify } = JSON
  JSON.parse = (text: string, ...rest: never[]) => {
    count(text.length * STEPS_PER_PARSED_CHARACTER)
    return parse(text, ...rest) as unknown
  }
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    const text = stringify(...args) as string | undefined
    count((text?.length ?? 0) * STEPS_PER_WRITTEN_CHARACTER)
    return text
  }) as typeof stringify
  const { concat, sort } = Array.prototype
  Array.prototype.concat = function (this: unknown[], ...others: unknown[]) {
    const result = concat.apply(this, others)
    count(result.length * STEPS_PER_COPIED_ELEMENT)
    return result
  } as typeof concat
  Array.prototype.sort = function (this: unknown[], ...args: Parameters<typeof sort>) {
    count(this.length * Math.log2(this.length + 1))
    return sort.apply(this, args)
  } as typeof sort
}

function serve(file: string): void {
  const server = createServer((_, response) => {
    // The turn that is being read is over then.
    setImmediate(() => {
      const work: CountedWork = { maxSteps: Math.round(max), steps: Math.round(all), turns }
      max = all = turns = 0
      response.end(JSON.stringify(work))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(file, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  server.unref()
}
