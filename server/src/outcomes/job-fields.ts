import type { ReportedJob } from '../runtime/telemetry.ts'

/** Fields of a line of the log about a job, beside its channel; what it does not have is left out. */
export function jobFields({ id, subscription, envelope: { executionId }, traceparent }: ReportedJob): object {
  const traceId = traceparent?.split('-')[1]
  return {
    jobId: id,
    ...(executionId !== null && { executionId }),
    subscription,
    ...(traceId !== undefined && { traceId }),
  }
}
