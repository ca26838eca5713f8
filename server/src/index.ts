export { createServer, type PluginOptions, type ServerOptions, waybillPlugin } from './app.ts'
export { type ConfigInput, createConfig } from './create-config.ts'
export { type Command, type Config, ConfigError, readCommand } from './config.ts'
export {
  type BatchConnector,
  type BatchContext,
  defineConnector,
  type DeliverableItem,
  type DeliveryJob,
  type ItemConnector,
  type ItemContext,
  PermanentError,
  RetryLater,
} from './connectors/define-connector.ts'
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
