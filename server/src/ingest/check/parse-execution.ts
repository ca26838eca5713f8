import type { ProblemError } from '../../model/errors.ts'
import { DEFAULT_REQUIREMENT, type Dependency } from '../../model/job.ts'
import {
  MAX_ENVELOPE_BYTES,
  MAX_EXECUTION_BODY_BYTES,
  MAX_ITEM_BYTES,
  MAX_ITEMS_PER_EXECUTION,
  MAX_JOBS_PER_EXECUTION,
  MAX_JOBS_PER_STAGE,
  MAX_STAGES_PER_EXECUTION,
} from '../../model/limits.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { EnvelopeFault, IngestOptions } from '../ingest-ports.ts'
import type { SubmitUpload } from '../publish.ts'
import { type ItemsPlace, type JsonBodyLimits, JsonBodyScanner } from '../body/json-body-scanner.ts'
import { envelopeProblem, type ParsedEnvelope, parseEnvelope } from './parse-envelope.ts'
import { readBody } from '../body/read-body.ts'
import { BodyFaults } from './body-faults.ts'
import { limitPassed } from './refusals.ts'

/** An execution as it was sent; of its items only the outer structure is judged. */
export interface ExecutionInput {
  /** Null: the server makes one. */
  readonly id: string | null
  readonly stages: readonly StageInput[]
}

export interface StageInput {
  readonly name: string
  /** The outcome required of the jobs of the stage before. */
  readonly require: Dependency['require']
  readonly jobs: readonly JobInput[]
}

export interface JobInput {
  /** Where it stands in the body, as a JSON Pointer. */
  readonly pointer: string
  readonly parsed: ParsedEnvelope
  readonly hasItems: boolean
  /** Its items as NDJSON, in blocks of whole lines. */
  readonly blocks: readonly Buffer[]
}

export const EXECUTION_ACTION = 'create execution'
/** Bytes of a body that are scanned between two looks at the clock. */
const PIECE_BYTES = 64 * 1024
const LF = 10

/**
 * Reads the body of an execution: cut into stages, those into jobs, those into envelope and items, each time by the scanner that cuts
 * a job's body, so that `JSON.parse` never sees more than one item or field. Faults of fields are reported of all stages at once.
 * @throws ProblemError
 */
export async function parseExecution(upload: SubmitUpload, deps: EnvelopeRules): Promise<ExecutionInput> {
  const { request, place, first } = upload
  const { slice } = place
  const limit = { name: 'maxExecutionBodyBytes', bytes: MAX_EXECUTION_BODY_BYTES }
  const outer = scannerOf('stages', { maxItems: MAX_STAGES_PER_EXECUTION, maxItemsName: 'maxStagesPerExecution' })
  for await (const bytes of readBody(request.body, { limit, slice, fingerprint: first?.fingerprint ?? null })) {
    place.hold(bytes.length)
    await pushAll(outer, bytes, slice)
  }
  outer.end()
  const refused = new BodyFaults()
  const body = { ...outer.envelope(), ...(outer.sawItems && { stages: placeholders(outer.itemCount, SOME_STAGE) }) }
  await refused.check('', () => {
    refuse(deps.findFaults('ExecutionSubmission', body))
    refuseUnreadable('/id', (body as { id?: string }).id)
  })
  const state = { refused, slice, items: 0, jobs: 0, names: new Set<string>() }
  const stages: StageInput[] = []
  for (const [n, line] of linesOf(outer.takeBlocks()).entries()) {
    if (refused.full) break
    const stage = await refused.check(`/stages/${n}`, () => parseStage(line, state, deps))
    if (stage !== null) stages.push(stage)
  }
  refused.refuse()
  const { id } = body as { id?: string }
  return {
    id: id ?? null,
    stages: stages.map((stage, n) => ({
      ...stage,
      jobs: stage.jobs.map((job) => ({ ...job, pointer: `/stages/${n}${job.pointer}` })),
    })),
  }
}

type EnvelopeRules = Pick<IngestOptions, 'findFaults' | 'channels' | 'clock'>

/** The state of reading so far. */
interface ReadSoFar {
  readonly refused: BodyFaults
  readonly slice: TimeSlice
  readonly names: Set<string>
  items: number
  jobs: number
}

async function parseStage(line: Buffer, state: ReadSoFar, deps: EnvelopeRules): Promise<StageInput> {
  const limits = { maxItems: MAX_JOBS_PER_STAGE, maxItemsName: 'maxJobsPerStage' }
  const scanner = await scanAll(scannerOf('jobs', limits), line, state.slice)
  const stage = { ...scanner.envelope(), ...(scanner.sawItems && { jobs: placeholders(scanner.itemCount, SOME_JOB) }) }
  state.jobs += scanner.itemCount
  if (state.jobs > MAX_JOBS_PER_EXECUTION) throw tooManyJobs()
  const refused = new BodyFaults()
  await refused.check('', () => {
    refuse(deps.findFaults('StageSubmission', stage))
    const { name } = stage as { name: string }
    refuseUnreadable('/name', name)
    refuseSameName(name, state.names)
  })
  const jobs: JobInput[] = []
  for (const [m, jobLine] of linesOf(scanner.takeBlocks()).entries()) {
    if (refused.full) break
    const pointer = `/jobs/${m}`
    const job = await refused.check(pointer, () => parseJob(jobLine, state, deps))
    if (job !== null) jobs.push({ pointer, ...job })
  }
  refused.refuse()
  const { name, require = DEFAULT_REQUIREMENT } = stage as { name: string; require?: Dependency['require'] }
  return { name, require, jobs }
}

async function parseJob(line: Buffer, state: ReadSoFar, deps: EnvelopeRules): Promise<Omit<JobInput, 'pointer'>> {
  const limits = {
    maxItems: MAX_ITEMS_PER_EXECUTION - state.items,
    maxItemsName: 'maxItemsPerExecution',
    maxItemBytes: MAX_ITEM_BYTES,
  }
  const job = await scanAll(scannerOf('items', limits), line, state.slice)
  state.items += job.itemCount
  if (state.slice.over) await state.slice.next()
  const envelope = { ...job.envelope(), ...(job.sawItems && { items: [] }) }
  const parsed = parseEnvelope(envelope, { schema: 'StageJobSubmission', action: EXECUTION_ACTION }, deps)
  return { parsed, hasItems: job.sawItems, blocks: job.takeBlocks() }
}

function tooManyJobs(): ProblemError {
  return limitPassed({
    code: 'too_many_items',
    name: 'maxJobsPerExecution',
    value: MAX_JOBS_PER_EXECUTION,
    required: 'the number of jobs must be at most',
    place: { pointer: '/jobs' },
  })
}

/** Stands for values that are checked one by one, where the schema of the whole requires it. */
const SOME_JOB = { channel: 'channel', objectType: 'object', action: 'update' }
const SOME_STAGE = { name: 'stage', jobs: [SOME_JOB] }

function placeholders<T>(count: number, one: T): T[] {
  return Array.from({ length: count }, () => one)
}

function scannerOf(array: string, limits: Partial<JsonBodyLimits>): JsonBodyScanner {
  const place: ItemsPlace = { array }
  return new JsonBodyScanner(place, {
    maxItems: 0,
    maxItemsName: '',
    maxItemBytes: MAX_EXECUTION_BODY_BYTES,
    maxEnvelopeBytes: MAX_ENVELOPE_BYTES,
    ...limits,
  })
}

async function scanAll(scanner: JsonBodyScanner, line: Buffer, slice: TimeSlice): Promise<JsonBodyScanner> {
  await pushAll(scanner, line, slice)
  scanner.end()
  return scanner
}

async function pushAll(scanner: JsonBodyScanner, bytes: Uint8Array, slice: TimeSlice): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    if (slice.over) await slice.next()
    slice.run(() => scanner.push(bytes.subarray(at, at + PIECE_BYTES)))
  }
}

function linesOf(blocks: readonly Buffer[]): Buffer[] {
  const lines: Buffer[] = []
  for (const block of blocks) {
    for (let at = 0; at < block.length;) {
      const end = block.indexOf(LF, at)
      lines.push(block.subarray(at, end))
      at = end + 1
    }
  }
  return lines
}

function refuse(faults: readonly EnvelopeFault[]): void {
  if (faults.length > 0) throw envelopeProblem(faults, { schema: 'ExecutionSubmission', action: EXECUTION_ACTION })
}

/** Half a surrogate pair cannot be written in UTF-8: it would be returned as another text. */
function refuseUnreadable(pointer: string, text: string | undefined): void {
  if (text?.isWellFormed() !== false) return
  const detail = 'must be well-formed Unicode: current value has half a surrogate pair'
  refuse([{ pointer, detail, unknown: false }])
}

function refuseSameName(name: string, names: Set<string>): void {
  if (names.has(name)) {
    const detail = `must be the name of one stage: ${JSON.stringify(name)} is there twice`
    refuse([{ pointer: '/name', detail, unknown: false }])
  }
  names.add(name)
}
