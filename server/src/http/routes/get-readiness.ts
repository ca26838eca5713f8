import type { ReadinessComponents } from '@waybill/spec'
import { sendJson } from '../answer/json-answer.ts'
import { diskFullProblem, storeDamagedProblem, storeUnavailableProblem } from '../answer/problem.ts'
import { ProblemError } from '../../model/errors.ts'
import type { Call, OperationHandler } from '../operation-handler.ts'

/** A server that is shutting down answers before any handler is called. */
export const getReadiness: OperationHandler<'getReadiness', 'readiness' | 'health'> = async (call) => {
  const readiness = call.ports.readiness()
  const components = componentsOf(readiness, call)
  if (readiness === 'disk_full') throw withComponents(diskFullProblem(), components)
  if (readiness === 'store_damaged') throw withComponents(storeDamagedProblem(), components)
  if (readiness === 'store_unavailable') throw withComponents(storeUnavailableProblem(), components)
  const isDegraded = [components.dispatcher, components.channels].some(({ status }) => status === 'degraded')
  const status = isDegraded ? 'degraded' : 'ok'
  return sendJson(call.reply.header('cache-control', 'no-store'), 200, { status, role: 'active', components })
}

type Readiness = Call<'getReadiness', 'readiness' | 'health'>

function componentsOf(
  readiness: ReturnType<Readiness['ports']['readiness']>,
  { ports }: Readiness,
): ReadinessComponents {
  const { threads, lostThreads, channels } = ports.health.components()
  return {
    store: { status: readiness === 'ready' ? 'ok' : readiness },
    dispatcher: { status: lostThreads > 0 ? 'degraded' : 'ok', threads, lostThreads },
    channels: { status: channels.degraded > 0 ? 'degraded' : 'ok', ...channels },
  }
}

function withComponents(problem: ProblemError, components: ReadinessComponents): ProblemError {
  const { code, message: detail, errors, errorCount, retryAfterSeconds, members } = problem
  return new ProblemError({
    ...{ code, detail, members: { ...members, components } },
    ...(errors !== undefined && { errors }),
    ...(errorCount !== undefined && { errorCount }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}
