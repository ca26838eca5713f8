import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Operation, operations, type Problem } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blownUpBodies } from '../support/blown-up-bodies.ts'
import { ENVELOPE, HostileWorld, JSON_BODY, NDJSON } from '../support/hostile-world.ts'
import type { CountedWork } from '../support/work-counter-preload.ts'

/*
 * No request holds the event loop. The server counts its steps between two turns of the loop (work-counter-preload.ts), so the machine may be
 * busy. Each part of each body is blown up to the limit, in every way there is.
 */

const KIB = 1024
/** About 10 ms: a step costs some 10 ns. */
const MAX_STEPS = 1_000_000
/** Of a refusal, whatever it refuses. */
const MAX_PROBLEM_BYTES = 24 * KIB
/** Just below what an envelope and a body of a control operation may have: all of it is looked at. */
const BODY_BYTES = 63 * KIB

let world: HostileWorld
let folder: string
let counterUrl: string
let openJob: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-steps-'))
  const file = join(folder, 'url')
  world = await HostileWorld.start({
    fromSource: true,
    preload: new URL('../support/work-counter-preload.ts', import.meta.url),
    env: { TEST_WORK_COUNTER: file },
  })
  counterUrl = await readFile(file, 'utf8')
  const open = await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  openJob = ((await open.json()) as { id: string }).id
}, 60_000)
afterAll(async () => {
  await world.remove()
  await rm(folder, { recursive: true })
})

async function counted(): Promise<CountedWork> {
  return (await (await fetch(counterUrl)).json()) as CountedWork
}

interface Seen {
  readonly name: string
  readonly steps: number
  readonly status: number
  readonly bytes: number
}

/** Sends a body as a caller who has just the scopes that the operation requires, unless `headers` name another one. */
async function send(operation: Operation, body: string, headers: Record<string, string>): Promise<Omit<Seen, 'name'>> {
  const path = operation.path.replace(':jobId', openJob).replace(':channel', 'new-one')
  const query = operation.operationId === 'appendItems' ? '?fromIndex=0' : ''
  const caller = await world.little.enoughFor(operation)
  const init = { method: operation.method, headers: { ...caller, ...headers, prefer: 'wait=0' }, body }
  const response = await world.fetch(path + query, init).catch((error: unknown) => {
    // A client that has more than 8 MiB left when it is refused may lose the answer with its connection.
    if (body.length <= 8 * 1024 * KIB) throw error
    return null
  })
  if (response === null) return send(operation, body, headers)
  const text = await response.text()
  if (response.status >= 400) expect((JSON.parse(text) as Problem).code).not.toBe('internal_error')
  return { steps: (await counted()).maxSteps, status: response.status, bytes: text.length }
}

/** The complaints of a test about requests that cost too much, or whose refusals are too long. */
function tooMuch(seen: readonly Seen[]): string[] {
  return [
    ...seen.filter(({ steps }) => steps > MAX_STEPS).map(({ name, steps }) => `${name}: ${steps} steps`),
    ...seen
      .filter(({ status, bytes }) => status >= 400 && bytes > MAX_PROBLEM_BYTES)
      .map(({ name, status, bytes }) => `${name}: ${status} of ${bytes} bytes`),
  ]
}

const unknownMembers = (count: number): string => Array.from({ length: count }, (_, n) => `"a${n}":0`).join(',')
const stagesOf = (count: number, job: object): string =>
  JSON.stringify({
    stages: Array.from({ length: count }, (_, n) => ({ name: `stage ${n}`, jobs: new Array(100).fill(job) })),
  })
const operation = (id: keyof typeof operations): Operation => operations[id]
const repeated = (text: string, count: number): string => new Array(count).fill(text).join(',')

describe('what once held the loop', () => {
  const attacks: [string, Operation, string][] = [
    [
      '16,000 rules',
      operation('submitJob'),
      JSON.stringify({ ...ENVELOPE, items: [], retry: { rules: new Array(16_000).fill({}) } }),
    ],
    [
      '8,000 dependencies',
      operation('submitJob'),
      JSON.stringify({ ...ENVELOPE, items: [], dependsOn: new Array(8000).fill({}) }),
    ],
    ['20,000 decisions', operation('resolveParked'), `{"decision":"skip","items":[${repeated('1', 20_000)}]}`],
    ['62 KiB of unknown fields', operation('submitJob'), `{${unknownMembers(6000)}}`],
    ['10,000 jobs that are no jobs', operation('createExecution'), stagesOf(100, {})],
  ]
  test.each(attacks)('%s', async (name, to, body) => {
    const seen = await send(to, body, JSON_BODY)
    expect(seen.status).toBe(400)
    expect(tooMuch([{ name, ...seen }])).toEqual([])
    const refused = await send(to, body, { ...JSON_BODY, ...(await world.little.shortOf(to)!) })
    expect(refused.status).toBe(403)
    expect(tooMuch([{ name, ...refused }])).toEqual([])
  })

  const large: [string, Operation, string, Record<string, string>][] = [
    ['an envelope of 1 MiB', operation('submitJob'), `{${unknownMembers(90_000)}}`, JSON_BODY],
    ['a line of 1 MiB', operation('submitJob'), `{${unknownMembers(90_000)}}\n`, NDJSON],
    ['a name of 1 MiB', operation('submitJob'), `{"${'x'.repeat(1024 * KIB)}":0}`, JSON_BODY],
    ['10,000 jobs', operation('createExecution'), stagesOf(100, { ...ENVELOPE, open: true }), JSON_BODY],
    ['16 MiB of stages', operation('createExecution'), `{"stages":[${repeated('{}', 5_000_000)}]}`, JSON_BODY],
    ['16 MiB of items', operation('appendItems'), `[${repeated('{}', 5_000_000)}]`, JSON_BODY],
  ]
  test.each(large)('%s', async (name, to, body, headers) => {
    const seen = await send(to, body, headers)
    expect(seen.status).toBe(413)
    expect(tooMuch([{ name, ...seen }])).toEqual([])
  })

  test('the largest execution that is accepted', async () => {
    const { status, steps } = await send(
      operation('createExecution'),
      stagesOf(5, { ...ENVELOPE, open: true }),
      JSON_BODY,
    )
    expect(status).toBe(202)
    expect(steps).toBeLessThan(MAX_STEPS)
  })
})

const bodies = Object.values(operations as Readonly<Record<string, Operation>>).flatMap((each) =>
  Object.entries(each.requestBody?.content ?? {}).map(([mediaType, content]) => ({ each, mediaType, content })),
)

const met = new Set<string>()

describe('a part as large as it can be', () => {
  test.each(bodies.map((body) => [`${body.each.operationId} as ${body.mediaType}`, body] as const))(
    'of %s',
    async (_, { each, mediaType, content }) => {
      const headers = mediaType === 'application/json' ? JSON_BODY : NDJSON
      const seen: Seen[] = []
      for (const schema of content.schema === null ? content.lineSchemas : [content.schema]) {
        const line = schema === 'ItemInput' && content.lineSchemas.length > 1 ? `${JSON.stringify(ENVELOPE)}\n` : ''
        for (const { name, text } of blownUpBodies(schema, BODY_BYTES, met))
          seen.push({ name, ...(await send(each, line + text, headers)) })
      }
      expect(seen.length).toBeGreaterThan(10)
      expect(tooMuch(seen)).toEqual([])
    },
    120_000,
  )
})

test('the server is well', async () => {
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})
