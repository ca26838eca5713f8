import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import { DEFAULT_REQUIREMENT, type Dependency } from '../model/job.ts'
import {
  MAX_ENVELOPE_BYTES,
  MAX_EXECUTION_BODY_BYTES,
  MAX_ITEM_BYTES,
  MAX_ITEMS_PER_EXECUTION,
  MAX_JOBS_PER_STAGE,
  MAX_STAGES_PER_EXECUTION,
} from '../model/limits.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { EnvelopeFault, IngestOptions } from './ingest-ports.ts'
import type { SubmitUpload } from './job-draft.ts'
import { type ItemsPlace, type JsonBodyLimits, JsonBodyScanner } from './json-body-scanner.ts'
import { envelopeProblem } from './parse-envelope.ts'
import { readBody } from './read-body.ts'

/** An execution as it was sent; of its jobs only the outer structure is judged. */
export interface ExecutionInput {
  /** Null: the server makes one. */
  readonly id: string | null
  readonly stages: readonly StageInput[]
}

export interface StageInput {
  readonly name: string
  /** What is wanted of the jobs of the stage before. */
  readonly require: Dependency['require']
  readonly jobs: readonly JobInput[]
}

export interface JobInput {
  /** Where it stands in the body, as a JSON Pointer. */
  readonly pointer: string
  readonly envelope: Record<string, unknown>
  readonly hasItems: boolean
  /** Its items as NDJSON, in blocks of whole lines. */
  readonly blocks: readonly Buffer[]
  readonly items: number
}

export const EXECUTION_ACTION = 'create execution'
/** Bytes of a body that are scanned between two looks at the clock. */
const PIECE_BYTES = 64 * 1024
const LF = 10

/**
 * Reads the body of an execution: cut into stages, those into jobs, those into envelope and items, each time by the scanner that cuts
 * a job's body, so that `JSON.parse` never sees more than one item or field.
 * @throws ProblemError
 */
export async function parseExecution(
  { request, place, first }: SubmitUpload,
  parts: Pick<IngestOptions, 'findFaults'>,
): Promise<ExecutionInput> {
  const { slice } = place
  const limit = { name: 'maxExecutionBodyBytes', bytes: MAX_EXECUTION_BODY_BYTES }
  const outer = scannerOf('stages', { maxItems: MAX_STAGES_PER_EXECUTION, maxItemsName: 'maxStagesPerExecution' })
  for await (const bytes of readBody(request.body, { limit, slice, fingerprint: first?.fingerprint ?? null })) {
    place.hold(bytes.length)
    await pushAll(outer, bytes, slice)
  }
  outer.end()
  const body = { ...outer.envelope(), ...(outer.sawItems && { stages: placeholders(outer.itemCount, SOME_STAGE) }) }
  refuse(parts.findFaults('ExecutionSubmission', body), '')
  const stages: StageInput[] = []
  let items = 0
  for (const [n, line] of linesOf(outer.takeBlocks()).entries()) {
    const stage = await parseStage(line, { n, items, slice }, parts)
    for (const job of stage.jobs) items += job.items
    stages.push(stage)
  }
  refuseSameNames(stages)
  const { id } = body as { id?: string }
  return { id: id ?? null, stages }
}

async function parseStage(
  line: Buffer,
  at: { readonly n: number; readonly items: number; readonly slice: TimeSlice },
  parts: Pick<IngestOptions, 'findFaults'>,
): Promise<StageInput> {
  const pointer = `/stages/${at.n}`
  const limits = { maxItems: MAX_JOBS_PER_STAGE, maxItemsName: 'maxJobsPerStage' }
  const scanner = await within(pointer, () => scanAll(scannerOf('jobs', limits), line, at.slice))
  const stage = { ...scanner.envelope(), ...(scanner.sawItems && { jobs: placeholders(scanner.itemCount, SOME_JOB) }) }
  refuse(parts.findFaults('StageSubmission', stage), pointer)
  const jobs: JobInput[] = []
  let { items } = at
  for (const [m, jobLine] of linesOf(scanner.takeBlocks()).entries()) {
    const jobPointer = `${pointer}/jobs/${m}`
    const itemLimits = {
      maxItems: MAX_ITEMS_PER_EXECUTION - items,
      maxItemsName: 'maxItemsPerExecution',
      maxItemBytes: MAX_ITEM_BYTES,
    }
    const job = await within(jobPointer, () => scanAll(scannerOf('items', itemLimits), jobLine, at.slice))
    items += job.itemCount
    jobs.push({
      pointer: jobPointer,
      envelope: { ...job.envelope(), ...(job.sawItems && { items: [] }) },
      hasItems: job.sawItems,
      blocks: job.takeBlocks(),
      items: job.itemCount,
    })
  }
  const { name, require = DEFAULT_REQUIREMENT } = stage as { name: string; require?: Dependency['require'] }
  return { name, require, jobs }
}

/** Stands for what is checked one by one, where the schema of the whole wants to see it. */
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

function refuse(faults: readonly EnvelopeFault[], within: string): void {
  if (faults.length > 0)
    throw envelopeProblem(faults, { schema: 'ExecutionSubmission', action: EXECUTION_ACTION, within })
}

function refuseSameNames(stages: readonly StageInput[]): void {
  const names = new Set<string>()
  for (const [n, { name }] of stages.entries()) {
    if (names.has(name)) {
      const detail = `must be the name of one stage: ${JSON.stringify(name)} is there twice`
      refuse([{ pointer: `/stages/${n}/name`, detail, unknown: false }], '')
    }
    names.add(name)
  }
}

/** What is wrong with a part of a body, told by its place in the whole. */
export async function within<T>(pointer: string, carryOut: () => Promise<T>): Promise<T> {
  try {
    return await carryOut()
  } catch (error) {
    throw error instanceof ProblemError ? movedUnder(pointer, error) : error
  }
}

function movedUnder(pointer: string, problem: ProblemError): ProblemError {
  const { code, members, errorCount, retryAfterSeconds, errors } = problem
  const moved = errors?.map((place: ProblemPlace) => ({ ...place, pointer: pointer + (place.pointer ?? '') }))
  return new ProblemError({
    code,
    detail: `${problem.message} (in ${pointer})`,
    ...(moved !== undefined && { errors: moved }),
    ...(errorCount !== undefined && { errorCount }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(members !== undefined && { members }),
  })
}
