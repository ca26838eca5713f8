/*
 * The entry for modules of connectors. Apart from the main entry, which brings the whole server: each worker thread of the channel would load it.
 */

export { HttpStatusError, PermanentError, RetryLater, throwForStatus } from './connectors/connector-errors.ts'
export {
  type BatchConnector,
  type BatchContext,
  type ConnectorFetch,
  type ConnectorRequestInit,
  defineConnector,
  type DeliverableItem,
  type DeliveryJob,
  type ItemConnector,
  type ItemContext,
} from './connectors/define-connector.ts'
export type { Credentials } from './model/channel.ts'
export type { Logger } from './runtime/logger.ts'
