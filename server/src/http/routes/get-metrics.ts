import { ProblemError } from '../../model/errors.ts'
import { metricsFormatOf } from '../answer/metrics-format.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getMetrics: OperationHandler<'getMetrics', 'metrics'> = async ({ ports, request, reply }) => {
  if (ports.metrics === null) {
    throw new ProblemError({
      code: 'not_found',
      detail: 'Cannot read metrics as the server must count them: it was started with --no-metrics',
    })
  }
  const { contentType, body } = await ports.metrics.read(metricsFormatOf(request.headers.accept))
  return reply.header('content-type', contentType).header('cache-control', 'no-store').send(body)
}
