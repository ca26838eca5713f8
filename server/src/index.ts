export { createServer, type PluginOptions, type ServerOptions, waybillPlugin } from './app.ts'
export { type ConfigInput, createConfig } from './create-config.ts'
export { type Command, type Config, ConfigError, readCommand } from './config.ts'
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
export { testConnector } from './connector-test/test-connector.ts'
export type { TestConnectorOptions, TestItem } from './connector-test/test-options.ts'
export type { FailedItem, LaterItem, SucceededItem, TestOutcome } from './connector-test/test-outcome.ts'
export type { BackoffConfig, RetryConfig, RetryRule } from '@waybill/spec/rules'
export type {
  ChannelConfig,
  ConnectorConfig,
  Credentials,
  HttpConnectorConfig,
  ModuleConnectorConfig,
  RateLimitConfig,
  SandboxConnectorConfig,
} from './model/channel.ts'
export { type ChannelInput, completeChannel } from './model/complete-channel.ts'
export type { Logger } from './runtime/logger.ts'
