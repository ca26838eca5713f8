import type { Limits } from '@waybill/spec'
import { hasScope } from '../../model/caller.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getLimits: OperationHandler<'getLimits', 'subscriptions' | 'storeSizes'> = async (call) => {
  const subscription = call.ports.subscriptions.get(call.caller.subscription)
  const disk = hasScope(call.caller, 'metrics') ? await diskSpace(call) : null
  const limits: Limits = { ...call.limits, disk, subscription }
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, limits)
}

async function diskSpace({ ports, limits }: Pick<Parameters<typeof getLimits>[0], 'ports' | 'limits'>) {
  const sizes = await ports.storeSizes()
  if (sizes === null) return null
  const usedBytes = sizes.storeBytes + sizes.walBytes
  const growthBytes = limits.maxDataBytes === null ? Infinity : Math.max(0, limits.maxDataBytes - usedBytes)
  return { usedBytes, freeBytes: Math.min(sizes.freeBytes, growthBytes) }
}
