import type { ChannelTestRequest } from '@waybill/spec'
import { checkTestedItem, readTestedItem } from '../../ingest/body/read-tested-item.ts'
import { hasScope } from '../../model/caller.ts'
import type { PartitionBy } from '../../model/job.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { channelTestJson, redactedTest } from '../answer/channel-test-json.ts'
import { sendJsonText } from '../answer/json-answer.ts'
import { foundChannel } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { AbortedError } from '../request/body-stream.ts'
import { compileNamedSchema, refuseFaults } from '../request/spec-schemas.ts'

export const testChannel: OperationHandler<'testChannel', 'channels' | 'channelTests'> = async (call) => {
  const { limits, ports, caller, shareKey } = call
  foundChannel(ports, call.path.channel)
  call.mediaType()
  const slice = new TimeSlice(shareKey)
  const body = await readTestedItem(call.body({ name: 'maxJsonBodyBytes', bytes: limits.maxJsonBodyBytes }), slice)
  const faults = slice.run(() => compileNamedSchema('ChannelTestRequest')(body.members))
  refuseFaults(faults, call.operation)
  const request = body.members as unknown as ChannelTestRequest
  const { send = false, objectType = 'object', action = 'update' } = request
  const partitionBy = (request.partitionBy ?? 'item') as PartitionBy
  const line = body.line!
  await checkTestedItem(line, partitionBy, slice)
  // It may have been deleted meanwhile.
  const channel = foundChannel(ports, call.path.channel)
  const { subscription } = caller
  const test = { subscription, caller: shareKey, objectType, action, partitionBy, line, send }
  const tested = await ports.channelTests.run(channel, test, call.signal).catch((error: unknown) => {
    throw call.signal.aborted ? new AbortedError() : error
  })
  const isRedacted = (channel.own.redact ?? []).length > 0 && !hasScope(caller, 'admin')
  return sendJsonText(call.reply, 200, channelTestJson(isRedacted ? redactedTest(tested) : tested))
}
