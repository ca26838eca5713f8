import type { Operation, OperationId, ProblemCode } from '@waybill/spec'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { maskTokens } from '../../access/token-mask.ts'
import type { AuditEntry, AuditResource } from '../../model/audit.ts'
import { isJobId } from '../../model/ids.ts'
import { AuditedAct } from '../../store/audited-act.ts'
import type { HttpPorts } from '../http-ports.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Its entry in the audit, which travels with what it changes; null: it changes nothing. */
    act: AuditedAct | null
    /** The code of the problem that it is answered with; null: none. */
    problemCode: ProblemCode | null
  }
}

/** Answers that are counted by network address, as strangers can cause any number of them. */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 429])
/** Longest value of a path's parameter that an entry shows. */
const MAX_VALUE_LENGTH = 128

/**
 * Audits requests: who asked for what, from where, and how it was answered. The only place that does, for every operation of the spec: a change has
 * its entry with what it writes, or at the latest before its answer; everything else is counted.
 */
export class AuditedRequests {
  readonly #audit: HttpPorts['audit']
  /** How each operation was answered last: as its next request most likely is. */
  readonly #lastStatus = new Map<OperationId, number>()

  constructor({ audit }: Pick<HttpPorts, 'audit'>) {
    this.#audit = audit
  }

  register(app: FastifyInstance): void {
    app.decorateRequest('act', null)
    app.decorateRequest('problemCode', null)
    app.addHook('onSend', async (request, reply) => {
      const { operation } = request.routeOptions.config
      if (operation !== undefined) await this.#answered(operation, request, reply)
    })
  }

  /** Begins the act of an admitted request; null: the operation changes nothing. */
  begin(operation: Operation, request: FastifyRequest): AuditedAct | null {
    if (operation.audit !== 'change') return null
    const status = this.#lastStatus.get(operation.operationId) ?? usualSuccess(operation)
    request.act = new AuditedAct(entryOf(operation, request, { status, code: null }))
    return request.act
  }

  async #answered(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { statusCode: status } = reply
    const { act, problemCode: code } = request
    if (REFUSED.has(status)) this.#audit.count('refusals', entryOf(operation, request, { status, code }))
    if (act === null) {
      if (operation.audit === 'none' || REFUSED.has(status)) return
      this.#audit.count('requests', entryOf(operation, request, { status, code }))
      return
    }
    act.end()
    if (status < 400) this.#lastStatus.set(operation.operationId, status)
    const { stored, entry } = act
    if (stored !== null) {
      if (status !== entry.status) this.#audit.correct({ stored, status, code })
    } else if (status < 400) {
      await this.#audit.record({ ...entry, status })
    } else if (!REFUSED.has(status)) {
      this.#audit.count('requests', { ...entry, status, code })
    }
  }
}

function usualSuccess({ responses }: Operation): number {
  return Number(Object.keys(responses).findLast((status) => status.startsWith('2')))
}

function entryOf(
  { operationId }: Operation,
  request: FastifyRequest,
  { status, code }: { readonly status: number; readonly code: ProblemCode | null },
): AuditEntry {
  const { subscription, actor, token } = request.caller
  return {
    actor: { kind: actor, tokenId: token?.id ?? null, tokenName: token?.name ?? null },
    subscription: actor === 'anonymous' ? null : subscription,
    action: operationId,
    resource: resourceOf(request.params as Readonly<Record<string, string>>),
    address: request.callerAddress,
    requestId: request.id,
    ...{ status, code, count: 1 },
  }
}

/** Returns what the parameters of a path name: `jobId` a job, `tokenId` a token, and so on. */
function resourceOf(params: Readonly<Record<string, string>>): AuditResource {
  const { jobId, channel, ...rest } = params
  const others = Object.entries(rest).map(([name, value]) => [name.replace(/Id$/, ''), shown(value)] as const)
  return {
    job: jobId !== undefined && isJobId(jobId) ? jobId : null,
    channel: channel === undefined ? null : shown(channel),
    others: Object.fromEntries(others),
  }
}

/** Whoever sends an access token in a path by mistake must not find it in the audit. */
function shown(value: string): string {
  return maskTokens(value).slice(0, MAX_VALUE_LENGTH)
}
