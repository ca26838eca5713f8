import { isJobId } from '../../model/ids.ts'
import { DEFAULT_REQUIREMENT, type Dependency, type Envelope } from '../../model/job.ts'
import { DEFAULT_RETAIN_SECONDS } from '../../model/limits.ts'
import { type JobRetry, readRules, ruleFaults, type WrittenRule } from '@waybill/spec/rules'
import type { EnvelopeFault } from '../ingest-ports.ts'

/** The schedule of a job and its handling of failures, as the spec's schemas accept it. */
export interface ScheduleInput {
  executionId?: string
  runAt?: string
  deadlineAt?: string
  dependsOn?: { job: string; require?: Dependency['require'] }[]
  onExhausted?: Envelope['onExhausted']
  retry?: RetryInput
  retainForSeconds?: number
}

interface RetryInput extends Omit<JobRetry, 'rules'> {
  rules?: readonly WrittenRule[]
}

type Schedule = Pick<
  Envelope,
  'executionId' | 'runAtMs' | 'deadlineAtMs' | 'dependsOn' | 'onExhausted' | 'retry' | 'retainForSeconds'
>

/** Fills in the defaults of a valid input. */
export function scheduleOf(input: ScheduleInput): Schedule {
  return {
    executionId: input.executionId ?? null,
    runAtMs: input.runAt === undefined ? null : Date.parse(input.runAt),
    deadlineAtMs: input.deadlineAt === undefined ? null : Date.parse(input.deadlineAt),
    dependsOn: (input.dependsOn ?? []).flatMap(({ job, require = DEFAULT_REQUIREMENT }) =>
      isJobId(job) ? [{ job, require }] : [],
    ),
    onExhausted: input.onExhausted ?? 'fail',
    retry: input.retry === undefined ? null : retryOf(input.retry),
    retainForSeconds: input.retainForSeconds ?? DEFAULT_RETAIN_SECONDS,
  }
}

/** Returns the faults that the schemas cannot express. */
export function scheduleFaults(input: ScheduleInput, nowMs: number): EnvelopeFault[] {
  const faults: EnvelopeFault[] = []
  const add = (pointer: string, detail: string): void => void faults.push({ pointer, detail, unknown: false })
  for (const name of ['runAt', 'deadlineAt'] as const) {
    const text = input[name]
    // 60 seconds in a minute pass as RFC 3339, but no clock of ours has them.
    if (text !== undefined && Number.isNaN(Date.parse(text)))
      add(`/${name}`, `must be a time that there is: current value is ${JSON.stringify(text)}`)
  }
  const { runAt, deadlineAt } = input
  if (runAt !== undefined && deadlineAt !== undefined && Date.parse(deadlineAt) <= Date.parse(runAt))
    add('/deadlineAt', `must be after runAt: current value is ${deadlineAt}, runAt is ${runAt}`)
  else if (deadlineAt !== undefined && Date.parse(deadlineAt) <= nowMs)
    add('/deadlineAt', `must be in the future: current value is ${deadlineAt}, now is ${new Date(nowMs).toISOString()}`)
  for (const [n, { job }] of (input.dependsOn ?? []).entries())
    if (!isJobId(job)) add(`/dependsOn/${n}/job`, `must be the id of a job: current value is ${JSON.stringify(job)}`)
  for (const { pointer, detail } of ruleFaults(readRules(input.retry?.rules ?? [])))
    add(`/retry/rules${pointer}`, detail)
  if (input.executionId?.isWellFormed() === false)
    add('/executionId', 'must be well-formed Unicode: current value has half a surrogate pair')
  return faults
}

function retryOf({ rules, ...rest }: RetryInput): JobRetry {
  return rules === undefined ? rest : { ...rest, rules: readRules(rules) }
}
