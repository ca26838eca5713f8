// Generated from openapi.yaml by generate.ts: do not edit.

/** A JSON Schema (2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown }

export type SchemaName =
  | 'JobId'
  | 'ChannelName'
  | 'ExecutionId'
  | 'AccessTokenId'
  | 'WebhookEndpointId'
  | 'WebhookEventId'
  | 'WebhookEventType'
  | 'JobWebhookEventType'
  | 'WebhookOrdering'
  | 'WebhookEndpointState'
  | 'WebhookStateReason'
  | 'CredentialsSubscription'
  | 'SubscriptionName'
  | 'Scope'
  | 'Action'
  | 'JobStatus'
  | 'JobOutcome'
  | 'ItemStatus'
  | 'EndedItemStatus'
  | 'WaitingReason'
  | 'PartitionBy'
  | 'OnInvalidItem'
  | 'OnExhausted'
  | 'Requirement'
  | 'Metadata'
  | 'ItemErrorCode'
  | 'JobSubmission'
  | 'JobEnvelope'
  | 'ItemDelivery'
  | 'ItemInput'
  | 'ItemInputs'
  | 'SealRequest'
  | 'JobDependency'
  | 'JobRetry'
  | 'JobBackoff'
  | 'ExecutionSubmission'
  | 'StageSubmission'
  | 'StageJobSubmission'
  | 'RetryRequest'
  | 'JobActionRequest'
  | 'JobAction'
  | 'JobActionFilter'
  | 'DeadLetterRetryRequest'
  | 'ParkedDecision'
  | 'SubscriptionConfig'
  | 'RequestRateConfig'
  | 'AccessTokenRequest'
  | 'WebhookEndpointRequest'
  | 'WebhookEndpointUpdate'
  | 'WebhookSecretRotation'
  | 'WebhookEnabling'
  | 'JobWebhook'
  | 'JobWebhooksUpdate'
  | 'WebhookReplayRequest'
  | 'ParkedPlace'
  | 'ChannelConfig'
  | 'ChannelTestRequest'
  | 'HttpConnectorConfig'
  | 'PayloadConfig'
  | 'PayloadRetry'
  | 'Credentials'
  | 'BearerCredentials'
  | 'BasicCredentials'
  | 'HeaderCredentials'
  | 'HmacCredentials'
  | 'OAuthCredentials'
  | 'RateLimitRules'
  | 'HttpRequests'
  | 'HttpRequestTemplate'
  | 'HttpAnswerRules'
  | 'RateLimitConfig'
  | 'RetryConfig'
  | 'BackoffConfig'
  | 'RetryRule'
  | 'StatusRange'
  | 'CircuitConfig'
  | 'Job'
  | 'ItemCounts'
  | 'JobProgress'
  | 'EstimateDecision'
  | 'WaitingCount'
  | 'JobLinks'
  | 'JobPage'
  | 'Item'
  | 'ItemWarning'
  | 'ItemError'
  | 'ItemFault'
  | 'ItemWaiting'
  | 'ItemPlace'
  | 'ItemAttempt'
  | 'ReplacedData'
  | 'ItemPage'
  | 'JobActionReceipt'
  | 'RetryReceipt'
  | 'Execution'
  | 'ExecutionPage'
  | 'ExecutionStatus'
  | 'Stage'
  | 'ExecutionLinks'
  | 'DeadLetter'
  | 'DeadLetterPage'
  | 'DeadLetterGroup'
  | 'DeadLetterGroupId'
  | 'DeadLetterGroupLinks'
  | 'DeadLetterGroupPage'
  | 'SearchKind'
  | 'SearchHit'
  | 'SearchLinks'
  | 'SearchPage'
  | 'ParkedItem'
  | 'ParkedItemPage'
  | 'ParkedReceipt'
  | 'AppendReceipt'
  | 'Receipt'
  | 'ResultLine'
  | 'ResultEnd'
  | 'JobEvent'
  | 'JobMap'
  | 'MapCounts'
  | 'Stats'
  | 'ChannelStats'
  | 'WaitingSeries'
  | 'UpdateEventId'
  | 'UpdateEvent'
  | 'JobsUpdate'
  | 'ChannelsUpdate'
  | 'ListsUpdate'
  | 'UpdatedList'
  | 'Resync'
  | 'JobSummary'
  | 'ChannelSummary'
  | 'Channel'
  | 'ChannelConnector'
  | 'CallDurations'
  | 'ChannelLiveState'
  | 'ChannelStandstill'
  | 'ChannelError'
  | 'CircuitState'
  | 'ChannelCounts'
  | 'ChannelLinks'
  | 'ChannelTest'
  | 'TestedRequest'
  | 'TestedAnswer'
  | 'TestedHeader'
  | 'TestedResult'
  | 'ChannelPage'
  | 'CredentialsEntry'
  | 'CredentialsPage'
  | 'AccessToken'
  | 'CreatedAccessToken'
  | 'AccessTokenPage'
  | 'WebhookEndpoint'
  | 'CreatedWebhookEndpoint'
  | 'JobWebhookView'
  | 'JobWebhooks'
  | 'RotatedJobWebhooks'
  | 'WebhookSecretHint'
  | 'WebhookEndpointPage'
  | 'WebhookTestReceipt'
  | 'WebhookReplayReceipt'
  | 'WebhookReplay'
  | 'WebhookEventRef'
  | 'WebhookDelivery'
  | 'WebhookAttempt'
  | 'WebhookDeliveryPage'
  | 'AuditEntry'
  | 'AuditPage'
  | 'Self'
  | 'Limits'
  | 'SubscriptionLimits'
  | 'RequestRate'
  | 'Subscription'
  | 'SubscriptionLinks'
  | 'SubscriptionPage'
  | 'DiskSpace'
  | 'ChannelDefaults'
  | 'ServerPage'
  | 'Server'
  | 'OrderEvidence'
  | 'Takeover'
  | 'Health'
  | 'Readiness'
  | 'ReadinessComponents'
  | 'StoreReadiness'
  | 'DispatcherReadiness'
  | 'ChannelsReadiness'
  | 'OpenapiDocument'
  | 'WebhookEventJob'
  | 'WebhookEventEndpoint'
  | 'ParkedEventLinks'
  | 'JobAcceptedEvent'
  | 'JobStartedEvent'
  | 'JobEndedEvent'
  | 'JobBlockedEvent'
  | 'JobProgressedEvent'
  | 'JobDeadlineAtRiskEvent'
  | 'ItemsParkedEvent'
  | 'CircuitOpenedEvent'
  | 'CircuitClosedEvent'
  | 'WebhookEndpointFailingEvent'
  | 'WebhookEndpointDisabledEvent'
  | 'WebhookEndpointTestedEvent'
  | 'Problem'
  | 'StaleItem'
  | 'ProblemPlace'
  | 'PassedLimit'
  | 'ProblemCode'
  | 'DeliveryRequest'
  | 'DeliveryItem'
  | 'DeliveryAnswer'
  | 'DeliveryResult'
  | 'DeliveryWarning'
  | 'DeliveryError'
  | 'PayloadRequest'
  | 'PayloadAnswer'
  | 'PayloadEntry'

/**
 * Every component schema in one document: `ajv.addSchema(schemaDocument)` (of Ajv2020, with `allowUnionTypes`), then
 * `ajv.getSchema(schemaRef('Job'))`. The keyword `x-max-bytes` is ours: the longest a string may be in UTF-8, or a value as JSON.
 */
export const schemaDocument: { readonly $id: string; readonly $schema: string; readonly $defs: Readonly<Record<SchemaName, JsonSchema>> } = {
  "$id": "waybill",
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$defs": {
    "JobId": {
      "type": "string",
      "pattern": "^job_[0-9a-f]{32}$",
      "maxLength": 36
    },
    "ChannelName": {
      "type": "string",
      "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$",
      "maxLength": 64
    },
    "ExecutionId": {
      "type": "string",
      "minLength": 1,
      "maxLength": 128
    },
    "AccessTokenId": {
      "type": "string",
      "pattern": "^tok_[0-9a-f]{32}$",
      "maxLength": 36
    },
    "WebhookEndpointId": {
      "type": "string",
      "pattern": "^whe_[0-9a-f]{32}$",
      "maxLength": 36
    },
    "WebhookEventId": {
      "type": "string",
      "pattern": "^evt_[0-9a-f]{32}$",
      "maxLength": 36
    },
    "WebhookEventType": {
      "type": "string",
      "enum": [
        "job.accepted",
        "job.started",
        "job.ended",
        "job.blocked",
        "job.progress",
        "job.deadline_at_risk",
        "item.parked",
        "channel.circuit_opened",
        "channel.circuit_closed",
        "webhook_endpoint.failing",
        "webhook_endpoint.disabled",
        "webhook_endpoint.test"
      ]
    },
    "JobWebhookEventType": {
      "type": "string",
      "enum": [
        "job.accepted",
        "job.started",
        "job.ended",
        "job.blocked",
        "job.progress",
        "job.deadline_at_risk",
        "item.parked"
      ]
    },
    "WebhookOrdering": {
      "type": "string",
      "enum": [
        "job",
        "endpoint",
        "none"
      ],
      "default": "job"
    },
    "WebhookEndpointState": {
      "type": "string",
      "enum": [
        "enabled",
        "disabled"
      ],
      "default": "enabled"
    },
    "WebhookStateReason": {
      "type": "string",
      "enum": [
        "caller",
        "failures",
        "gone"
      ]
    },
    "CredentialsSubscription": {
      "type": "string",
      "pattern": "^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]+$",
      "minLength": 1,
      "maxLength": 128
    },
    "SubscriptionName": {
      "type": "string",
      "pattern": "^(?!\\*$)[^~\\u0000-\\u001f\\u007f\\ud800-\\udfff][^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$",
      "minLength": 1,
      "maxLength": 128
    },
    "Scope": {
      "type": "string",
      "enum": [
        "jobs:read",
        "jobs:write",
        "items:read",
        "channels:read",
        "dead-letters:read",
        "dead-letters:write",
        "webhooks:write",
        "pipelines:write",
        "tokens:write",
        "audit:read",
        "metrics",
        "admin"
      ]
    },
    "Action": {
      "type": "string",
      "enum": [
        "create",
        "update",
        "delete"
      ]
    },
    "JobStatus": {
      "type": "string",
      "enum": [
        "open",
        "scheduled",
        "blocked",
        "pending",
        "running",
        "paused",
        "cancelling",
        "ended"
      ]
    },
    "JobOutcome": {
      "type": "string",
      "enum": [
        "succeeded",
        "partial",
        "failed",
        "cancelled",
        "expired"
      ]
    },
    "ItemStatus": {
      "type": "string",
      "enum": [
        "pending",
        "waiting",
        "running",
        "succeeded",
        "failed",
        "cancelled"
      ]
    },
    "EndedItemStatus": {
      "type": "string",
      "enum": [
        "succeeded",
        "failed",
        "cancelled"
      ]
    },
    "WaitingReason": {
      "type": "string",
      "enum": [
        "schedule",
        "dependency",
        "retry",
        "parked",
        "paused",
        "disk_full",
        "store_unavailable",
        "handover",
        "connector_unavailable",
        "circuit_open",
        "retry_after",
        "rate_limit",
        "concurrency",
        "partition",
        "backlog"
      ]
    },
    "PartitionBy": {
      "type": "string",
      "pattern": "^(item|job|none|(/([^~/]|~[01])*)+)$",
      "maxLength": 256,
      "default": "item"
    },
    "OnInvalidItem": {
      "type": "string",
      "enum": [
        "reject",
        "fail"
      ],
      "default": "reject"
    },
    "OnExhausted": {
      "type": "string",
      "enum": [
        "fail",
        "park"
      ],
      "default": "fail"
    },
    "Requirement": {
      "type": "string",
      "enum": [
        "finished",
        "ended",
        "succeeded"
      ],
      "default": "finished"
    },
    "Metadata": {
      "type": "object",
      "maxProperties": 16,
      "propertyNames": {
        "type": "string",
        "minLength": 1,
        "maxLength": 64
      },
      "additionalProperties": {
        "type": "string",
        "maxLength": 512
      }
    },
    "ItemErrorCode": {
      "type": "string",
      "minLength": 1,
      "maxLength": 128
    },
    "JobSubmission": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "channel",
        "objectType",
        "action"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "executionId": {
          "$ref": "#/$defs/ExecutionId"
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        },
        "onInvalidItem": {
          "$ref": "#/$defs/OnInvalidItem"
        },
        "runAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "deadlineAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "dependsOn": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobDependency"
          },
          "default": []
        },
        "onExhausted": {
          "$ref": "#/$defs/OnExhausted"
        },
        "retry": {
          "$ref": "#/$defs/JobRetry"
        },
        "retainForSeconds": {
          "type": "integer",
          "minimum": 60,
          "maximum": 31536000,
          "default": 604800
        },
        "metadata": {
          "$ref": "#/$defs/Metadata"
        },
        "webhook": {
          "$ref": "#/$defs/JobWebhook"
        },
        "open": {
          "type": "boolean",
          "default": false
        },
        "itemCount": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295
        },
        "items": {
          "type": "array",
          "maxItems": 10000,
          "items": {
            "$ref": "#/$defs/ItemInput"
          }
        }
      }
    },
    "JobEnvelope": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "channel",
        "objectType",
        "action"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "executionId": {
          "$ref": "#/$defs/ExecutionId"
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        },
        "onInvalidItem": {
          "$ref": "#/$defs/OnInvalidItem"
        },
        "runAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "deadlineAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "dependsOn": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobDependency"
          },
          "default": []
        },
        "onExhausted": {
          "$ref": "#/$defs/OnExhausted"
        },
        "retry": {
          "$ref": "#/$defs/JobRetry"
        },
        "retainForSeconds": {
          "type": "integer",
          "minimum": 60,
          "maximum": 31536000,
          "default": 604800
        },
        "metadata": {
          "$ref": "#/$defs/Metadata"
        },
        "webhook": {
          "$ref": "#/$defs/JobWebhook"
        },
        "open": {
          "type": "boolean",
          "default": false
        },
        "itemCount": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295
        }
      }
    },
    "ItemDelivery": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "channel",
        "objectType",
        "action",
        "item"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "executionId": {
          "$ref": "#/$defs/ExecutionId"
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        },
        "runAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "deadlineAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "dependsOn": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobDependency"
          },
          "default": []
        },
        "onExhausted": {
          "$ref": "#/$defs/OnExhausted"
        },
        "retry": {
          "$ref": "#/$defs/JobRetry"
        },
        "retainForSeconds": {
          "type": "integer",
          "minimum": 60,
          "maximum": 31536000,
          "default": 604800
        },
        "metadata": {
          "$ref": "#/$defs/Metadata"
        },
        "item": {
          "$ref": "#/$defs/ItemInput"
        }
      }
    },
    "ItemInput": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "id"
      ],
      "x-max-bytes": 1048576,
      "properties": {
        "id": {
          "type": "string",
          "minLength": 1,
          "maxLength": 256,
          "x-max-bytes": 256
        },
        "partitionKey": {
          "type": "string",
          "minLength": 1,
          "maxLength": 256,
          "x-max-bytes": 256
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "data": {}
      }
    },
    "ItemInputs": {
      "type": "array",
      "maxItems": 10000,
      "items": {
        "$ref": "#/$defs/ItemInput"
      }
    },
    "SealRequest": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "itemCount"
      ],
      "properties": {
        "itemCount": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295
        }
      }
    },
    "JobDependency": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "job"
      ],
      "properties": {
        "job": {
          "$ref": "#/$defs/JobId"
        },
        "require": {
          "$ref": "#/$defs/Requirement"
        }
      }
    },
    "JobRetry": {
      "type": "object",
      "additionalProperties": false,
      "minProperties": 1,
      "properties": {
        "maxAttempts": {
          "type": "integer",
          "minimum": 1,
          "maximum": 100
        },
        "backoff": {
          "$ref": "#/$defs/JobBackoff"
        },
        "rules": {
          "type": "array",
          "maxItems": 64,
          "items": {
            "$ref": "#/$defs/RetryRule"
          }
        }
      }
    },
    "JobBackoff": {
      "type": "object",
      "additionalProperties": false,
      "minProperties": 1,
      "properties": {
        "initialMs": {
          "type": "integer",
          "minimum": 0,
          "maximum": 3600000
        },
        "factor": {
          "type": "number",
          "minimum": 1,
          "maximum": 10
        },
        "maxMs": {
          "type": "integer",
          "minimum": 0,
          "maximum": 86400000
        }
      }
    },
    "ExecutionSubmission": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "stages"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/ExecutionId"
        },
        "stages": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/StageSubmission"
          }
        }
      }
    },
    "StageSubmission": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "name",
        "jobs"
      ],
      "properties": {
        "name": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "require": {
          "$ref": "#/$defs/Requirement"
        },
        "jobs": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/StageJobSubmission"
          }
        }
      }
    },
    "StageJobSubmission": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "channel",
        "objectType",
        "action"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        },
        "onInvalidItem": {
          "$ref": "#/$defs/OnInvalidItem"
        },
        "runAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "deadlineAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "dependsOn": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobDependency"
          },
          "default": []
        },
        "onExhausted": {
          "$ref": "#/$defs/OnExhausted"
        },
        "retry": {
          "$ref": "#/$defs/JobRetry"
        },
        "retainForSeconds": {
          "type": "integer",
          "minimum": 60,
          "maximum": 31536000,
          "default": 604800
        },
        "metadata": {
          "$ref": "#/$defs/Metadata"
        },
        "webhook": {
          "$ref": "#/$defs/JobWebhook"
        },
        "open": {
          "type": "boolean",
          "default": false
        },
        "itemCount": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295
        },
        "items": {
          "type": "array",
          "maxItems": 10000,
          "items": {
            "$ref": "#/$defs/ItemInput"
          }
        }
      }
    },
    "RetryRequest": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "status": {
          "type": "array",
          "minItems": 1,
          "maxItems": 2,
          "uniqueItems": true,
          "items": {
            "type": "string",
            "enum": [
              "failed",
              "cancelled"
            ]
          },
          "default": [
            "failed"
          ]
        },
        "allowStale": {
          "type": "boolean",
          "default": false
        }
      }
    },
    "JobActionRequest": {
      "type": "object",
      "required": [
        "action",
        "filter"
      ],
      "additionalProperties": false,
      "properties": {
        "action": {
          "$ref": "#/$defs/JobAction"
        },
        "filter": {
          "$ref": "#/$defs/JobActionFilter"
        },
        "dryRun": {
          "type": "boolean",
          "const": true
        },
        "selection": {
          "type": "string",
          "minLength": 1,
          "maxLength": 512
        }
      }
    },
    "JobAction": {
      "type": "string",
      "enum": [
        "pause",
        "resume",
        "cancel"
      ]
    },
    "JobActionFilter": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "statuses": {
          "type": "array",
          "minItems": 1,
          "maxItems": 16,
          "items": {
            "$ref": "#/$defs/JobStatus"
          }
        },
        "channels": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "executionId": {
          "$ref": "#/$defs/ExecutionId"
        },
        "sources": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "type": "string",
            "minLength": 1,
            "maxLength": 128
          }
        },
        "createdAfter": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "createdBefore": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        }
      }
    },
    "DeadLetterRetryRequest": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "channels": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "jobIds": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "codes": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/ItemErrorCode"
          }
        },
        "groups": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/DeadLetterGroupId"
          }
        },
        "partitionKey": {
          "type": "string",
          "minLength": 1,
          "maxLength": 256,
          "x-max-bytes": 256
        },
        "allowStale": {
          "type": "boolean",
          "default": false
        }
      }
    },
    "ParkedDecision": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "items",
        "decision"
      ],
      "properties": {
        "items": {
          "type": "array",
          "minItems": 1,
          "maxItems": 500,
          "items": {
            "$ref": "#/$defs/ParkedPlace"
          }
        },
        "decision": {
          "type": "string",
          "enum": [
            "retry",
            "skip",
            "skip_key",
            "replace"
          ]
        },
        "data": {
          "x-max-bytes": 1048576
        }
      }
    },
    "SubscriptionConfig": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "weight": {
          "type": "number",
          "minimum": 0.01,
          "maximum": 1000,
          "default": 1
        },
        "maxPendingItems": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1,
          "maximum": 100000000,
          "default": null
        },
        "maxOpenJobs": {
          "type": "integer",
          "minimum": 1,
          "maximum": 100000,
          "default": 1000
        },
        "maxRunningCalls": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1,
          "maximum": 100000,
          "default": null
        },
        "requestRate": {
          "default": null,
          "oneOf": [
            {
              "$ref": "#/$defs/RequestRateConfig"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "RequestRateConfig": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "perMinute"
      ],
      "properties": {
        "perMinute": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000000
        },
        "burst": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000000
        }
      }
    },
    "AccessTokenRequest": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "name",
        "scopes"
      ],
      "properties": {
        "name": {
          "type": "string",
          "pattern": "^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]+$",
          "minLength": 1,
          "maxLength": 128
        },
        "scopes": {
          "type": "array",
          "minItems": 1,
          "maxItems": 12,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/Scope"
          }
        },
        "jobs": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "subscription": {
          "$ref": "#/$defs/SubscriptionName"
        },
        "expiresAt": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        }
      }
    },
    "WebhookEndpointRequest": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "url"
      ],
      "properties": {
        "url": {
          "type": "string",
          "format": "uri",
          "pattern": "^https?://",
          "maxLength": 2048
        },
        "description": {
          "type": "string",
          "pattern": "^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$",
          "maxLength": 256,
          "default": ""
        },
        "eventTypes": {
          "type": "array",
          "maxItems": 12,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/WebhookEventType"
          },
          "default": []
        },
        "channels": {
          "type": "array",
          "maxItems": 100,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/ChannelName"
          },
          "default": []
        },
        "where": {
          "type": [
            "string",
            "null"
          ],
          "minLength": 1,
          "maxLength": 4096,
          "x-max-bytes": 4096,
          "default": null
        },
        "ordering": {
          "$ref": "#/$defs/WebhookOrdering"
        },
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        }
      }
    },
    "WebhookEndpointUpdate": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "url": {
          "type": "string",
          "format": "uri",
          "pattern": "^https?://",
          "maxLength": 2048
        },
        "description": {
          "type": "string",
          "pattern": "^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$",
          "maxLength": 256
        },
        "eventTypes": {
          "type": "array",
          "maxItems": 12,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/WebhookEventType"
          }
        },
        "channels": {
          "type": "array",
          "maxItems": 100,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "where": {
          "type": [
            "string",
            "null"
          ],
          "minLength": 1,
          "maxLength": 4096,
          "x-max-bytes": 4096
        },
        "ordering": {
          "$ref": "#/$defs/WebhookOrdering"
        }
      }
    },
    "WebhookSecretRotation": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "graceSeconds": {
          "type": "integer",
          "minimum": 0,
          "maximum": 604800,
          "default": 86400
        }
      }
    },
    "WebhookEnabling": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "replayMissed": {
          "type": "boolean",
          "default": true
        }
      }
    },
    "JobWebhook": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "url"
      ],
      "properties": {
        "url": {
          "type": "string",
          "format": "uri",
          "pattern": "^https?://",
          "maxLength": 2048
        },
        "events": {
          "type": "array",
          "minItems": 1,
          "maxItems": 7,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/JobWebhookEventType"
          },
          "default": [
            "job.ended"
          ]
        }
      }
    },
    "JobWebhooksUpdate": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "state"
      ],
      "properties": {
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        }
      }
    },
    "WebhookReplayRequest": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "since"
      ],
      "properties": {
        "since": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "until": {
          "type": "string",
          "format": "date-time",
          "maxLength": 64
        },
        "status": {
          "type": "array",
          "minItems": 1,
          "maxItems": 3,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/EndedItemStatus"
          }
        },
        "eventTypes": {
          "type": "array",
          "minItems": 1,
          "maxItems": 12,
          "uniqueItems": true,
          "items": {
            "$ref": "#/$defs/WebhookEventType"
          }
        }
      }
    },
    "ParkedPlace": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "jobId",
        "index"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "index": {
          "type": "integer",
          "minimum": 0,
          "maximum": 4294967295
        }
      }
    },
    "ChannelConfig": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "connector"
      ],
      "properties": {
        "connector": {
          "$ref": "#/$defs/HttpConnectorConfig"
        },
        "rateLimit": {
          "default": null,
          "oneOf": [
            {
              "$ref": "#/$defs/RateLimitConfig"
            },
            {
              "type": "null"
            }
          ]
        },
        "concurrency": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000,
          "default": 64
        },
        "retry": {
          "$ref": "#/$defs/RetryConfig"
        },
        "circuit": {
          "oneOf": [
            {
              "$ref": "#/$defs/CircuitConfig"
            },
            {
              "type": "null"
            }
          ]
        },
        "maxRetryAfterMs": {
          "type": "integer",
          "minimum": 1000,
          "maximum": 86400000,
          "default": 3600000
        },
        "rateLimitHeaders": {
          "default": null,
          "oneOf": [
            {
              "type": "string",
              "maxLength": 16,
              "enum": [
                "standard",
                "shopify"
              ]
            },
            {
              "$ref": "#/$defs/RateLimitRules"
            },
            {
              "type": "null"
            }
          ]
        },
        "parkForSeconds": {
          "type": "integer",
          "minimum": 1,
          "maximum": 2592000,
          "default": 86400
        },
        "trace": {
          "type": [
            "string",
            "null"
          ],
          "enum": [
            "link",
            "continue",
            null
          ],
          "default": null
        },
        "redact": {
          "type": "array",
          "maxItems": 20,
          "uniqueItems": true,
          "default": [],
          "items": {
            "type": "string",
            "minLength": 5,
            "maxLength": 256,
            "pattern": "^/data(/([^~/]|~[01])*)*$"
          }
        },
        "itemSchema": {
          "default": null,
          "oneOf": [
            {
              "type": "object",
              "x-max-bytes": 49152,
              "additionalProperties": true
            },
            {
              "type": "null"
            }
          ]
        },
        "payload": {
          "default": null,
          "oneOf": [
            {
              "$ref": "#/$defs/PayloadConfig"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ChannelTestRequest": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "item"
      ],
      "properties": {
        "item": {
          "$ref": "#/$defs/ItemInput"
        },
        "send": {
          "type": "boolean",
          "default": false
        },
        "objectType": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128,
          "default": "object"
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        }
      }
    },
    "HttpConnectorConfig": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "url"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "http"
        },
        "url": {
          "type": "string",
          "format": "uri",
          "pattern": "^https?://",
          "maxLength": 2048
        },
        "headers": {
          "type": "object",
          "maxProperties": 32,
          "propertyNames": {
            "type": "string",
            "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$",
            "maxLength": 128
          },
          "additionalProperties": {
            "type": "string",
            "maxLength": 4096
          },
          "default": {}
        },
        "batchSize": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000,
          "default": 1
        },
        "timeoutMs": {
          "type": "integer",
          "minimum": 1,
          "maximum": 600000,
          "default": 10000
        },
        "request": {
          "$ref": "#/$defs/HttpRequests"
        },
        "response": {
          "$ref": "#/$defs/HttpAnswerRules"
        },
        "allowPrivateAddresses": {
          "type": "boolean",
          "default": false
        }
      }
    },
    "PayloadConfig": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "resolveUrl"
      ],
      "properties": {
        "resolveUrl": {
          "type": "string",
          "pattern": "^https?://",
          "maxLength": 2048
        },
        "batchSize": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000,
          "default": 1
        },
        "timeoutMs": {
          "type": "integer",
          "minimum": 1,
          "maximum": 600000,
          "default": 10000
        },
        "headers": {
          "type": "object",
          "maxProperties": 32,
          "propertyNames": {
            "type": "string",
            "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$",
            "maxLength": 128
          },
          "additionalProperties": {
            "type": "string",
            "maxLength": 4096
          },
          "default": {}
        },
        "retry": {
          "$ref": "#/$defs/PayloadRetry"
        },
        "allowPrivateAddresses": {
          "type": "boolean"
        }
      }
    },
    "PayloadRetry": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "maxAttempts": {
          "type": "integer",
          "minimum": 1,
          "maximum": 100
        },
        "backoff": {
          "$ref": "#/$defs/BackoffConfig"
        }
      }
    },
    "Credentials": {
      "oneOf": [
        {
          "$ref": "#/$defs/BearerCredentials"
        },
        {
          "$ref": "#/$defs/BasicCredentials"
        },
        {
          "$ref": "#/$defs/HeaderCredentials"
        },
        {
          "$ref": "#/$defs/HmacCredentials"
        },
        {
          "$ref": "#/$defs/OAuthCredentials"
        }
      ]
    },
    "BearerCredentials": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "token"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "bearer"
        },
        "token": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        }
      }
    },
    "BasicCredentials": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "username",
        "password"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "basic"
        },
        "username": {
          "type": "string",
          "pattern": "^[^:]*$",
          "minLength": 1,
          "maxLength": 4096
        },
        "password": {
          "type": "string",
          "maxLength": 4096
        }
      }
    },
    "HeaderCredentials": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "name",
        "value"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "header"
        },
        "name": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "value": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        }
      }
    },
    "HmacCredentials": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "header",
        "secret"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "hmac"
        },
        "header": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "secret": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        },
        "algorithm": {
          "type": "string",
          "enum": [
            "sha256",
            "sha512",
            "sha1"
          ],
          "default": "sha256"
        },
        "encoding": {
          "type": "string",
          "enum": [
            "hex",
            "base64",
            "base64url"
          ],
          "default": "hex"
        },
        "prefix": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        },
        "content": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        },
        "timestampHeader": {
          "type": "string",
          "minLength": 1,
          "maxLength": 128
        }
      }
    },
    "OAuthCredentials": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "type",
        "tokenUrl",
        "clientId",
        "clientSecret"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "oauth2_client_credentials"
        },
        "tokenUrl": {
          "type": "string",
          "minLength": 1,
          "maxLength": 2048
        },
        "clientId": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        },
        "clientSecret": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        },
        "scope": {
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        }
      }
    },
    "RateLimitRules": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "remaining",
        "resetSeconds"
      ],
      "properties": {
        "remaining": {
          "type": "string",
          "maxLength": 4096
        },
        "resetSeconds": {
          "type": "string",
          "maxLength": 4096
        },
        "limit": {
          "type": "string",
          "maxLength": 4096
        }
      }
    },
    "HttpRequests": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "create": {
          "$ref": "#/$defs/HttpRequestTemplate"
        },
        "update": {
          "$ref": "#/$defs/HttpRequestTemplate"
        },
        "delete": {
          "$ref": "#/$defs/HttpRequestTemplate"
        }
      }
    },
    "HttpRequestTemplate": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "method": {
          "type": "string",
          "enum": [
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "GET"
          ],
          "default": "POST"
        },
        "path": {
          "type": "string",
          "pattern": "^(/.*)?$",
          "maxLength": 4096,
          "default": ""
        },
        "query": {
          "type": "object",
          "maxProperties": 32,
          "propertyNames": {
            "type": "string",
            "maxLength": 128
          },
          "additionalProperties": {
            "type": "string",
            "maxLength": 4096
          },
          "default": {}
        },
        "headers": {
          "type": "object",
          "maxProperties": 32,
          "propertyNames": {
            "type": "string",
            "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$",
            "maxLength": 128
          },
          "additionalProperties": {
            "type": "string",
            "maxLength": 4096
          },
          "default": {}
        },
        "bodyType": {
          "type": "string",
          "enum": [
            "json",
            "ndjson",
            "form",
            "multipart",
            "text",
            "none"
          ],
          "default": "json"
        },
        "body": {
          "oneOf": [
            {
              "type": "string",
              "maxLength": 4096
            },
            {
              "type": "object",
              "maxProperties": 64,
              "propertyNames": {
                "type": "string",
                "maxLength": 128
              },
              "additionalProperties": {
                "type": "string",
                "maxLength": 4096
              }
            }
          ]
        }
      }
    },
    "HttpAnswerRules": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "results": {
          "type": "string",
          "maxLength": 4096
        },
        "succeeded": {
          "type": "string",
          "maxLength": 4096
        },
        "result": {
          "type": "string",
          "maxLength": 4096
        },
        "error": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "code": {
              "type": "string",
              "maxLength": 4096
            },
            "detail": {
              "type": "string",
              "maxLength": 4096
            },
            "retryable": {
              "type": "string",
              "maxLength": 4096
            },
            "pointer": {
              "type": "string",
              "maxLength": 4096
            }
          }
        }
      }
    },
    "RateLimitConfig": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "limit",
        "periodMs"
      ],
      "properties": {
        "limit": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000000
        },
        "periodMs": {
          "type": "integer",
          "minimum": 1,
          "maximum": 86400000
        },
        "burst": {
          "type": "integer",
          "minimum": 1,
          "maximum": 1000000,
          "default": 1
        },
        "unit": {
          "type": "string",
          "enum": [
            "calls",
            "items"
          ],
          "default": "calls"
        }
      }
    },
    "RetryConfig": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "maxAttempts": {
          "type": "integer",
          "minimum": 1,
          "maximum": 100,
          "default": 8
        },
        "backoff": {
          "$ref": "#/$defs/BackoffConfig"
        },
        "rules": {
          "type": "array",
          "maxItems": 64,
          "items": {
            "$ref": "#/$defs/RetryRule"
          },
          "default": []
        }
      }
    },
    "BackoffConfig": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "initialMs": {
          "type": "integer",
          "minimum": 0,
          "maximum": 3600000,
          "default": 1000
        },
        "factor": {
          "type": "number",
          "minimum": 1,
          "maximum": 10,
          "default": 2
        },
        "maxMs": {
          "type": "integer",
          "minimum": 0,
          "maximum": 86400000,
          "default": 300000
        }
      }
    },
    "RetryRule": {
      "type": "object",
      "additionalProperties": false,
      "required": [
        "then"
      ],
      "minProperties": 2,
      "properties": {
        "status": {
          "type": "array",
          "minItems": 1,
          "maxItems": 64,
          "items": {
            "$ref": "#/$defs/StatusRange"
          }
        },
        "code": {
          "type": "array",
          "minItems": 1,
          "maxItems": 64,
          "items": {
            "$ref": "#/$defs/ItemErrorCode"
          }
        },
        "then": {
          "type": "string",
          "enum": [
            "retry",
            "fail",
            "park"
          ]
        }
      }
    },
    "StatusRange": {
      "type": [
        "integer",
        "string"
      ],
      "minimum": 100,
      "maximum": 599,
      "pattern": "^([1-5][0-9]{2}-[1-5][0-9]{2}|[1-5]xx)$",
      "maxLength": 7
    },
    "CircuitConfig": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "failureRatio": {
          "type": "number",
          "exclusiveMinimum": 0,
          "maximum": 1,
          "default": 0.5
        },
        "minCalls": {
          "type": "integer",
          "minimum": 1,
          "maximum": 10000,
          "default": 20
        },
        "openMs": {
          "type": "integer",
          "minimum": 1,
          "maximum": 3600000,
          "default": 30000
        }
      }
    },
    "Job": {
      "type": "object",
      "required": [
        "id",
        "subscription",
        "channel",
        "objectType",
        "action",
        "source",
        "executionId",
        "partitionBy",
        "onInvalidItem",
        "runAt",
        "deadlineAt",
        "dependsOn",
        "onExhausted",
        "retry",
        "retainForSeconds",
        "metadata",
        "webhook",
        "retryOf",
        "traceparent",
        "status",
        "done",
        "outcome",
        "version",
        "counts",
        "nextIndex",
        "progress",
        "waiting",
        "error",
        "createdAt",
        "sealedAt",
        "startedAt",
        "lastProgressAt",
        "endedAt",
        "retainedUntil",
        "links"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/JobId"
        },
        "subscription": {
          "type": "string"
        },
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string"
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": [
            "string",
            "null"
          ]
        },
        "executionId": {
          "oneOf": [
            {
              "$ref": "#/$defs/ExecutionId"
            },
            {
              "type": "null"
            }
          ]
        },
        "partitionBy": {
          "$ref": "#/$defs/PartitionBy"
        },
        "onInvalidItem": {
          "$ref": "#/$defs/OnInvalidItem"
        },
        "runAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "deadlineAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "dependsOn": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/JobDependency"
          }
        },
        "onExhausted": {
          "$ref": "#/$defs/OnExhausted"
        },
        "retry": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobRetry"
            },
            {
              "type": "null"
            }
          ]
        },
        "retainForSeconds": {
          "type": "integer",
          "minimum": 0
        },
        "metadata": {
          "$ref": "#/$defs/Metadata"
        },
        "webhook": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobWebhookView"
            },
            {
              "type": "null"
            }
          ]
        },
        "retryOf": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobId"
            },
            {
              "type": "null"
            }
          ]
        },
        "traceparent": {
          "type": [
            "string",
            "null"
          ],
          "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
        },
        "status": {
          "$ref": "#/$defs/JobStatus"
        },
        "done": {
          "type": "boolean"
        },
        "outcome": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobOutcome"
            },
            {
              "type": "null"
            }
          ]
        },
        "version": {
          "type": "integer",
          "minimum": 0
        },
        "counts": {
          "$ref": "#/$defs/ItemCounts"
        },
        "nextIndex": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "progress": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobProgress"
            },
            {
              "type": "null"
            }
          ]
        },
        "waiting": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WaitingCount"
          }
        },
        "error": {
          "oneOf": [
            {
              "$ref": "#/$defs/Problem"
            },
            {
              "type": "null"
            }
          ]
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "sealedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "startedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "lastProgressAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "endedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "retainedUntil": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "links": {
          "$ref": "#/$defs/JobLinks"
        }
      }
    },
    "ItemCounts": {
      "type": "object",
      "required": [
        "total",
        "pending",
        "waiting",
        "running",
        "succeeded",
        "failed",
        "cancelled"
      ],
      "properties": {
        "total": {
          "type": "integer",
          "minimum": 0
        },
        "pending": {
          "type": "integer",
          "minimum": 0
        },
        "waiting": {
          "type": "integer",
          "minimum": 0
        },
        "running": {
          "type": "integer",
          "minimum": 0
        },
        "succeeded": {
          "type": "integer",
          "minimum": 0
        },
        "failed": {
          "type": "integer",
          "minimum": 0
        },
        "cancelled": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "JobProgress": {
      "type": "object",
      "required": [
        "ratio",
        "itemsPerSecond",
        "etaSeconds",
        "estimatedEndAt",
        "decidedBy"
      ],
      "properties": {
        "ratio": {
          "type": "number",
          "minimum": 0,
          "maximum": 1
        },
        "itemsPerSecond": {
          "type": "number",
          "minimum": 0
        },
        "etaSeconds": {
          "type": [
            "number",
            "null"
          ],
          "minimum": 0
        },
        "estimatedEndAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "decidedBy": {
          "oneOf": [
            {
              "$ref": "#/$defs/EstimateDecision"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "EstimateDecision": {
      "type": "object",
      "required": [
        "constraint",
        "items",
        "itemsPerSecond",
        "until",
        "reason"
      ],
      "properties": {
        "constraint": {
          "type": "string",
          "enum": [
            "measured",
            "rate_limit",
            "standstill",
            "retry",
            "deadline"
          ]
        },
        "items": {
          "type": "integer",
          "minimum": 0
        },
        "itemsPerSecond": {
          "type": [
            "number",
            "null"
          ],
          "minimum": 0
        },
        "until": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "reason": {
          "oneOf": [
            {
              "$ref": "#/$defs/WaitingReason"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "WaitingCount": {
      "type": "object",
      "required": [
        "reason",
        "items",
        "until"
      ],
      "properties": {
        "reason": {
          "$ref": "#/$defs/WaitingReason"
        },
        "items": {
          "type": "integer",
          "minimum": 0
        },
        "until": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "jobs": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/JobId"
          }
        }
      }
    },
    "JobLinks": {
      "type": "object",
      "required": [
        "self",
        "items",
        "results",
        "resultsCsv",
        "events",
        "cancel",
        "pause",
        "resume",
        "retry",
        "channel"
      ],
      "properties": {
        "self": {
          "type": "string"
        },
        "items": {
          "type": "string"
        },
        "results": {
          "type": "string"
        },
        "resultsCsv": {
          "type": "string"
        },
        "events": {
          "type": "string"
        },
        "cancel": {
          "type": "string"
        },
        "pause": {
          "type": "string"
        },
        "resume": {
          "type": "string"
        },
        "release": {
          "type": "string"
        },
        "retry": {
          "type": "string"
        },
        "execution": {
          "type": "string"
        },
        "seal": {
          "type": "string"
        },
        "channel": {
          "type": "string"
        }
      }
    },
    "JobPage": {
      "type": "object",
      "required": [
        "jobs"
      ],
      "properties": {
        "jobs": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Job"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "Item": {
      "type": "object",
      "required": [
        "jobId",
        "index",
        "id",
        "partitionKey",
        "action",
        "status",
        "attempts",
        "startedAt",
        "endedAt",
        "result",
        "warnings",
        "error",
        "waiting",
        "retriedAs"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "id": {
          "type": "string"
        },
        "partitionKey": {
          "type": [
            "string",
            "null"
          ]
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "status": {
          "$ref": "#/$defs/ItemStatus"
        },
        "attempts": {
          "type": "integer",
          "minimum": 0
        },
        "startedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "endedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "result": {},
        "warnings": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemWarning"
          }
        },
        "error": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemError"
            },
            {
              "type": "null"
            }
          ]
        },
        "waiting": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemWaiting"
            },
            {
              "type": "null"
            }
          ]
        },
        "retriedAs": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobId"
            },
            {
              "type": "null"
            }
          ]
        },
        "data": {},
        "log": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemAttempt"
          }
        },
        "waitingBehind": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "nextBehind": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemPlace"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ItemWarning": {
      "type": "object",
      "required": [
        "code",
        "detail",
        "pointer"
      ],
      "properties": {
        "code": {
          "type": "string"
        },
        "detail": {
          "type": "string"
        },
        "pointer": {
          "type": [
            "string",
            "null"
          ]
        }
      }
    },
    "ItemError": {
      "type": "object",
      "required": [
        "code",
        "origin",
        "title",
        "status",
        "detail",
        "retryable",
        "pointer"
      ],
      "properties": {
        "code": {
          "$ref": "#/$defs/ItemErrorCode"
        },
        "origin": {
          "type": "string",
          "enum": [
            "connector",
            "engine"
          ]
        },
        "title": {
          "type": "string"
        },
        "status": {
          "type": [
            "integer",
            "null"
          ]
        },
        "detail": {
          "type": [
            "string",
            "null"
          ]
        },
        "retryable": {
          "type": "boolean"
        },
        "pointer": {
          "type": [
            "string",
            "null"
          ]
        },
        "errors": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemFault"
          }
        },
        "text": {
          "type": "string"
        }
      }
    },
    "ItemFault": {
      "type": "object",
      "required": [
        "pointer",
        "detail"
      ],
      "properties": {
        "pointer": {
          "type": "string"
        },
        "detail": {
          "type": "string"
        }
      }
    },
    "ItemWaiting": {
      "type": "object",
      "required": [
        "reason",
        "since",
        "until",
        "position",
        "behind"
      ],
      "properties": {
        "reason": {
          "$ref": "#/$defs/WaitingReason"
        },
        "since": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "until": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "position": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "behind": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemPlace"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ItemPlace": {
      "type": "object",
      "required": [
        "jobId",
        "index"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "index": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ItemAttempt": {
      "type": "object",
      "required": [
        "attempt",
        "epoch",
        "startedAt",
        "durationMs",
        "verdict",
        "code",
        "status",
        "detail",
        "retryAt"
      ],
      "properties": {
        "attempt": {
          "type": "integer",
          "minimum": 1
        },
        "epoch": {
          "type": "integer",
          "minimum": 1
        },
        "startedAt": {
          "type": "string",
          "format": "date-time"
        },
        "durationMs": {
          "type": "number",
          "minimum": 0
        },
        "verdict": {
          "type": "string",
          "enum": [
            "succeeded",
            "failed",
            "retry",
            "throttled",
            "parked"
          ]
        },
        "code": {
          "type": [
            "string",
            "null"
          ]
        },
        "status": {
          "type": [
            "integer",
            "null"
          ]
        },
        "detail": {
          "type": [
            "string",
            "null"
          ]
        },
        "retryAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "replaced": {
          "$ref": "#/$defs/ReplacedData"
        }
      }
    },
    "ReplacedData": {
      "type": "object",
      "required": [
        "at",
        "by"
      ],
      "properties": {
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "by": {
          "type": "string"
        },
        "data": {}
      }
    },
    "ItemPage": {
      "type": "object",
      "required": [
        "items"
      ],
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Item"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "JobActionReceipt": {
      "type": "object",
      "required": [
        "action",
        "dryRun",
        "count",
        "remaining",
        "selection",
        "expiresAt"
      ],
      "properties": {
        "action": {
          "$ref": "#/$defs/JobAction"
        },
        "dryRun": {
          "type": "boolean"
        },
        "count": {
          "type": "integer",
          "minimum": 0
        },
        "remaining": {
          "type": "integer",
          "minimum": 0
        },
        "unavailableChannels": {
          "type": "array",
          "minItems": 1,
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "selection": {
          "type": "string"
        },
        "expiresAt": {
          "type": "string",
          "format": "date-time"
        }
      }
    },
    "RetryReceipt": {
      "type": "object",
      "required": [
        "jobs"
      ],
      "properties": {
        "jobs": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Job"
          }
        }
      }
    },
    "Execution": {
      "type": "object",
      "required": [
        "id",
        "subscription",
        "status",
        "done",
        "outcome",
        "counts",
        "progress",
        "stages",
        "createdAt",
        "links"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/ExecutionId"
        },
        "subscription": {
          "type": "string"
        },
        "status": {
          "$ref": "#/$defs/ExecutionStatus"
        },
        "done": {
          "type": "boolean"
        },
        "outcome": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobOutcome"
            },
            {
              "type": "null"
            }
          ]
        },
        "counts": {
          "$ref": "#/$defs/ItemCounts"
        },
        "progress": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobProgress"
            },
            {
              "type": "null"
            }
          ]
        },
        "stages": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Stage"
          }
        },
        "jobs": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Job"
          }
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "links": {
          "$ref": "#/$defs/ExecutionLinks"
        }
      }
    },
    "ExecutionPage": {
      "type": "object",
      "required": [
        "executions"
      ],
      "properties": {
        "executions": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Execution"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "ExecutionStatus": {
      "type": "string",
      "enum": [
        "open",
        "scheduled",
        "blocked",
        "pending",
        "running",
        "paused",
        "cancelling",
        "ended"
      ]
    },
    "Stage": {
      "type": "object",
      "required": [
        "name",
        "status",
        "done",
        "outcome",
        "counts",
        "jobs"
      ],
      "properties": {
        "name": {
          "type": "string"
        },
        "status": {
          "$ref": "#/$defs/ExecutionStatus"
        },
        "done": {
          "type": "boolean"
        },
        "outcome": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobOutcome"
            },
            {
              "type": "null"
            }
          ]
        },
        "counts": {
          "$ref": "#/$defs/ItemCounts"
        },
        "jobs": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Job"
          }
        }
      }
    },
    "ExecutionLinks": {
      "type": "object",
      "required": [
        "self",
        "jobs",
        "cancel",
        "pause",
        "resume"
      ],
      "properties": {
        "self": {
          "type": "string"
        },
        "jobs": {
          "type": "string"
        },
        "cancel": {
          "type": "string"
        },
        "pause": {
          "type": "string"
        },
        "resume": {
          "type": "string"
        }
      }
    },
    "DeadLetter": {
      "type": "object",
      "required": [
        "channel",
        "code",
        "failedAt",
        "advice",
        "item"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "code": {
          "$ref": "#/$defs/ItemErrorCode"
        },
        "failedAt": {
          "type": "string",
          "format": "date-time"
        },
        "advice": {
          "type": "string"
        },
        "item": {
          "$ref": "#/$defs/Item"
        }
      }
    },
    "DeadLetterPage": {
      "type": "object",
      "required": [
        "deadLetters"
      ],
      "properties": {
        "deadLetters": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/DeadLetter"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "DeadLetterGroup": {
      "type": "object",
      "required": [
        "id",
        "channel",
        "code",
        "detail",
        "count",
        "retried",
        "firstFailedAt",
        "lastFailedAt",
        "example",
        "advice",
        "links"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/DeadLetterGroupId"
        },
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "code": {
          "$ref": "#/$defs/ItemErrorCode"
        },
        "detail": {
          "type": [
            "string",
            "null"
          ]
        },
        "count": {
          "type": "integer",
          "minimum": 1
        },
        "retried": {
          "type": "integer",
          "minimum": 0
        },
        "firstFailedAt": {
          "type": "string",
          "format": "date-time"
        },
        "lastFailedAt": {
          "type": "string",
          "format": "date-time"
        },
        "example": {
          "$ref": "#/$defs/ItemPlace"
        },
        "advice": {
          "type": "string"
        },
        "links": {
          "$ref": "#/$defs/DeadLetterGroupLinks"
        }
      }
    },
    "DeadLetterGroupId": {
      "type": "string",
      "pattern": "^dlg_[0-9a-f]{13}$",
      "maxLength": 17
    },
    "DeadLetterGroupLinks": {
      "type": "object",
      "required": [
        "items",
        "example"
      ],
      "properties": {
        "items": {
          "type": "string"
        },
        "example": {
          "type": "string"
        }
      }
    },
    "DeadLetterGroupPage": {
      "type": "object",
      "required": [
        "groups",
        "complete"
      ],
      "properties": {
        "groups": {
          "type": "array",
          "maxItems": 200,
          "items": {
            "$ref": "#/$defs/DeadLetterGroup"
          }
        },
        "complete": {
          "type": "boolean"
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "SearchKind": {
      "type": "string",
      "enum": [
        "job",
        "execution",
        "error_code",
        "metadata",
        "item",
        "partition_key"
      ]
    },
    "SearchHit": {
      "type": "object",
      "required": [
        "kind",
        "value",
        "jobId",
        "index",
        "channel",
        "field",
        "status",
        "at",
        "links"
      ],
      "properties": {
        "kind": {
          "$ref": "#/$defs/SearchKind"
        },
        "value": {
          "type": "string"
        },
        "jobId": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobId"
            },
            {
              "type": "null"
            }
          ]
        },
        "index": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "channel": {
          "oneOf": [
            {
              "$ref": "#/$defs/ChannelName"
            },
            {
              "type": "null"
            }
          ]
        },
        "field": {
          "type": [
            "string",
            "null"
          ]
        },
        "status": {
          "type": [
            "string",
            "null"
          ]
        },
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "links": {
          "$ref": "#/$defs/SearchLinks"
        }
      }
    },
    "SearchLinks": {
      "type": "object",
      "required": [
        "self"
      ],
      "properties": {
        "self": {
          "type": "string"
        },
        "job": {
          "type": "string"
        }
      }
    },
    "SearchPage": {
      "type": "object",
      "required": [
        "hits",
        "searched",
        "complete"
      ],
      "properties": {
        "hits": {
          "type": "array",
          "maxItems": 50,
          "items": {
            "$ref": "#/$defs/SearchHit"
          }
        },
        "searched": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/SearchKind"
          }
        },
        "complete": {
          "type": "boolean"
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "ParkedItem": {
      "type": "object",
      "required": [
        "channel",
        "since",
        "until",
        "waitingBehind",
        "item"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "since": {
          "type": "string",
          "format": "date-time"
        },
        "until": {
          "type": "string",
          "format": "date-time"
        },
        "waitingBehind": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "item": {
          "$ref": "#/$defs/Item"
        }
      }
    },
    "ParkedItemPage": {
      "type": "object",
      "required": [
        "parked"
      ],
      "properties": {
        "parked": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ParkedItem"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "ParkedReceipt": {
      "type": "object",
      "required": [
        "resolved",
        "notParked"
      ],
      "properties": {
        "resolved": {
          "type": "integer",
          "minimum": 0
        },
        "notParked": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemPlace"
          }
        }
      }
    },
    "AppendReceipt": {
      "type": "object",
      "required": [
        "nextIndex",
        "accepted",
        "deduplicated"
      ],
      "properties": {
        "nextIndex": {
          "type": "integer",
          "minimum": 0
        },
        "accepted": {
          "type": "integer",
          "minimum": 0
        },
        "deduplicated": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "Receipt": {
      "type": "object",
      "required": [
        "done",
        "job",
        "item"
      ],
      "properties": {
        "done": {
          "type": "boolean"
        },
        "job": {
          "$ref": "#/$defs/Job"
        },
        "item": {
          "$ref": "#/$defs/Item"
        }
      }
    },
    "ResultLine": {
      "type": "object",
      "required": [
        "type",
        "index",
        "id",
        "partitionKey",
        "action",
        "status",
        "attempts",
        "startedAt",
        "endedAt",
        "result",
        "warnings",
        "error"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "item"
        },
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "id": {
          "type": "string"
        },
        "partitionKey": {
          "type": [
            "string",
            "null"
          ]
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "status": {
          "$ref": "#/$defs/EndedItemStatus"
        },
        "attempts": {
          "type": "integer",
          "minimum": 0
        },
        "startedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "endedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "result": {},
        "warnings": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemWarning"
          }
        },
        "error": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemError"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ResultEnd": {
      "type": "object",
      "required": [
        "type",
        "complete",
        "count",
        "nextIndex",
        "sha256"
      ],
      "properties": {
        "type": {
          "type": "string",
          "const": "end"
        },
        "complete": {
          "type": "boolean"
        },
        "count": {
          "type": "integer",
          "minimum": 0
        },
        "nextIndex": {
          "type": "integer",
          "minimum": 0
        },
        "sha256": {
          "type": "string",
          "pattern": "^[0-9a-f]{64}$"
        }
      }
    },
    "JobEvent": {
      "type": "object",
      "required": [
        "event",
        "id",
        "data"
      ],
      "properties": {
        "event": {
          "type": "string",
          "enum": [
            "job",
            "end"
          ]
        },
        "id": {
          "type": "string",
          "pattern": "^[0-9]+$"
        },
        "data": {
          "$ref": "#/$defs/Job"
        }
      }
    },
    "JobMap": {
      "type": "object",
      "required": [
        "jobId",
        "total",
        "itemsPerBucket",
        "at",
        "counts"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "total": {
          "type": "integer",
          "minimum": 0
        },
        "itemsPerBucket": {
          "type": "integer",
          "minimum": 1
        },
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "counts": {
          "$ref": "#/$defs/MapCounts"
        }
      }
    },
    "MapCounts": {
      "type": "object",
      "required": [
        "pending",
        "waiting",
        "running",
        "succeeded",
        "failed",
        "cancelled"
      ],
      "properties": {
        "pending": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "waiting": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "running": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "succeeded": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "failed": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        },
        "cancelled": {
          "type": "array",
          "maxItems": 2000,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        }
      }
    },
    "Stats": {
      "type": "object",
      "required": [
        "since",
        "from",
        "to",
        "stepSeconds",
        "steps",
        "subscriptions",
        "complete",
        "channels"
      ],
      "properties": {
        "since": {
          "type": "string",
          "format": "date-time"
        },
        "from": {
          "type": "string",
          "format": "date-time"
        },
        "to": {
          "type": "string",
          "format": "date-time"
        },
        "stepSeconds": {
          "type": "integer",
          "minimum": 10,
          "maximum": 3600
        },
        "steps": {
          "type": "integer",
          "minimum": 0,
          "maximum": 360
        },
        "subscriptions": {
          "type": "string",
          "enum": [
            "own",
            "all"
          ]
        },
        "complete": {
          "type": "boolean"
        },
        "channels": {
          "type": "array",
          "maxItems": 202,
          "items": {
            "$ref": "#/$defs/ChannelStats"
          }
        }
      }
    },
    "ChannelStats": {
      "type": "object",
      "required": [
        "channel",
        "calls",
        "ended",
        "waiting"
      ],
      "properties": {
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "calls": {
          "type": "object",
          "required": [
            "ok",
            "failed",
            "throttled",
            "timeout",
            "unreachable"
          ],
          "properties": {
            "ok": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "failed": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "throttled": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "timeout": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "unreachable": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            }
          }
        },
        "ended": {
          "type": "object",
          "required": [
            "succeeded",
            "failed",
            "cancelled"
          ],
          "properties": {
            "succeeded": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "failed": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            },
            "cancelled": {
              "type": "array",
              "maxItems": 360,
              "items": {
                "type": "integer",
                "minimum": 0
              }
            }
          }
        },
        "waiting": {
          "type": "array",
          "maxItems": 16,
          "items": {
            "$ref": "#/$defs/WaitingSeries"
          }
        }
      }
    },
    "WaitingSeries": {
      "type": "object",
      "required": [
        "reason",
        "items"
      ],
      "properties": {
        "reason": {
          "$ref": "#/$defs/WaitingReason"
        },
        "items": {
          "type": "array",
          "maxItems": 360,
          "items": {
            "type": "integer",
            "minimum": 0
          }
        }
      }
    },
    "UpdateEventId": {
      "type": "string",
      "pattern": "^[0-9]+(-[0-9]+)*$",
      "maxLength": 64
    },
    "UpdateEvent": {
      "oneOf": [
        {
          "$ref": "#/$defs/JobsUpdate"
        },
        {
          "$ref": "#/$defs/ChannelsUpdate"
        },
        {
          "$ref": "#/$defs/ListsUpdate"
        },
        {
          "$ref": "#/$defs/Resync"
        }
      ]
    },
    "JobsUpdate": {
      "type": "object",
      "required": [
        "event",
        "id",
        "data"
      ],
      "properties": {
        "event": {
          "type": "string",
          "const": "jobs"
        },
        "id": {
          "$ref": "#/$defs/UpdateEventId"
        },
        "data": {
          "type": "object",
          "required": [
            "jobs"
          ],
          "properties": {
            "jobs": {
              "type": "array",
              "maxItems": 200,
              "items": {
                "$ref": "#/$defs/JobSummary"
              }
            },
            "deleted": {
              "type": "array",
              "maxItems": 200,
              "items": {
                "$ref": "#/$defs/JobId"
              }
            }
          }
        }
      }
    },
    "ChannelsUpdate": {
      "type": "object",
      "required": [
        "event",
        "id",
        "data"
      ],
      "properties": {
        "event": {
          "type": "string",
          "const": "channels"
        },
        "id": {
          "$ref": "#/$defs/UpdateEventId"
        },
        "data": {
          "type": "object",
          "required": [
            "channels"
          ],
          "properties": {
            "channels": {
              "type": "array",
              "maxItems": 200,
              "items": {
                "$ref": "#/$defs/ChannelSummary"
              }
            }
          }
        }
      }
    },
    "ListsUpdate": {
      "type": "object",
      "required": [
        "event",
        "id",
        "data"
      ],
      "properties": {
        "event": {
          "type": "string",
          "const": "lists"
        },
        "id": {
          "$ref": "#/$defs/UpdateEventId"
        },
        "data": {
          "type": "object",
          "required": [
            "lists"
          ],
          "properties": {
            "lists": {
              "type": "array",
              "minItems": 1,
              "maxItems": 4,
              "items": {
                "$ref": "#/$defs/UpdatedList"
              }
            }
          }
        }
      }
    },
    "UpdatedList": {
      "type": "string",
      "enum": [
        "parked",
        "dead_letters",
        "executions",
        "webhooks"
      ]
    },
    "Resync": {
      "type": "object",
      "required": [
        "event",
        "id",
        "data"
      ],
      "properties": {
        "event": {
          "type": "string",
          "const": "resync"
        },
        "id": {
          "$ref": "#/$defs/UpdateEventId"
        },
        "data": {
          "type": "object",
          "required": [
            "reason"
          ],
          "properties": {
            "reason": {
              "type": "string",
              "enum": [
                "unknown_id",
                "too_many_changes",
                "slow_reader"
              ]
            }
          }
        }
      }
    },
    "JobSummary": {
      "type": "object",
      "required": [
        "id",
        "version",
        "status",
        "done",
        "outcome",
        "channel",
        "objectType",
        "action",
        "source",
        "executionId",
        "counts",
        "progress",
        "waiting",
        "deadlineAt",
        "createdAt",
        "startedAt",
        "lastProgressAt",
        "endedAt"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/JobId"
        },
        "version": {
          "type": "integer",
          "minimum": 0
        },
        "status": {
          "$ref": "#/$defs/JobStatus"
        },
        "done": {
          "type": "boolean"
        },
        "outcome": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobOutcome"
            },
            {
              "type": "null"
            }
          ]
        },
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string"
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": [
            "string",
            "null"
          ]
        },
        "executionId": {
          "oneOf": [
            {
              "$ref": "#/$defs/ExecutionId"
            },
            {
              "type": "null"
            }
          ]
        },
        "counts": {
          "$ref": "#/$defs/ItemCounts"
        },
        "progress": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobProgress"
            },
            {
              "type": "null"
            }
          ]
        },
        "waiting": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WaitingCount"
          }
        },
        "deadlineAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "startedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "lastProgressAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "endedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "ChannelSummary": {
      "type": "object",
      "required": [
        "name",
        "state"
      ],
      "properties": {
        "name": {
          "$ref": "#/$defs/ChannelName"
        },
        "state": {
          "$ref": "#/$defs/ChannelLiveState"
        }
      }
    },
    "Channel": {
      "type": "object",
      "required": [
        "name",
        "origin",
        "connector",
        "rateLimit",
        "concurrency",
        "retry",
        "maxRetryAfterMs",
        "rateLimitHeaders",
        "circuit",
        "parkForSeconds",
        "trace",
        "redact",
        "itemSchema",
        "payload",
        "state",
        "links"
      ],
      "properties": {
        "name": {
          "$ref": "#/$defs/ChannelName"
        },
        "origin": {
          "type": "string",
          "enum": [
            "api",
            "file",
            "builtin"
          ]
        },
        "connector": {
          "$ref": "#/$defs/ChannelConnector"
        },
        "rateLimit": {
          "oneOf": [
            {
              "$ref": "#/$defs/RateLimitConfig"
            },
            {
              "type": "null"
            }
          ]
        },
        "concurrency": {
          "type": "integer",
          "minimum": 1
        },
        "retry": {
          "$ref": "#/$defs/RetryConfig"
        },
        "rateLimitHeaders": {
          "oneOf": [
            {
              "type": "string"
            },
            {
              "$ref": "#/$defs/RateLimitRules"
            },
            {
              "type": "null"
            }
          ]
        },
        "circuit": {
          "oneOf": [
            {
              "$ref": "#/$defs/CircuitConfig"
            },
            {
              "type": "null"
            }
          ]
        },
        "maxRetryAfterMs": {
          "type": "integer",
          "minimum": 1000
        },
        "parkForSeconds": {
          "type": "integer",
          "minimum": 1
        },
        "trace": {
          "type": [
            "string",
            "null"
          ],
          "enum": [
            "link",
            "continue",
            null
          ]
        },
        "redact": {
          "type": "array",
          "maxItems": 20,
          "items": {
            "type": "string"
          }
        },
        "itemSchema": {
          "oneOf": [
            {
              "type": "object",
              "additionalProperties": true
            },
            {
              "type": "null"
            }
          ]
        },
        "payload": {
          "oneOf": [
            {
              "$ref": "#/$defs/PayloadConfig"
            },
            {
              "type": "null"
            }
          ]
        },
        "state": {
          "$ref": "#/$defs/ChannelLiveState"
        },
        "links": {
          "$ref": "#/$defs/ChannelLinks"
        }
      }
    },
    "ChannelConnector": {
      "type": "object",
      "required": [
        "type",
        "timeoutMs"
      ],
      "properties": {
        "type": {
          "type": "string",
          "enum": [
            "http",
            "module",
            "sandbox"
          ]
        },
        "url": {
          "type": "string"
        },
        "headers": {
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        },
        "request": {
          "$ref": "#/$defs/HttpRequests"
        },
        "response": {
          "$ref": "#/$defs/HttpAnswerRules"
        },
        "batchSize": {
          "type": "integer",
          "minimum": 1
        },
        "timeoutMs": {
          "type": "integer",
          "minimum": 1
        },
        "allowPrivateAddresses": {
          "type": "boolean"
        }
      }
    },
    "CallDurations": {
      "type": "object",
      "required": [
        "seconds",
        "calls",
        "p50Ms",
        "p90Ms",
        "p99Ms"
      ],
      "properties": {
        "seconds": {
          "type": "integer",
          "minimum": 0
        },
        "calls": {
          "type": "integer",
          "minimum": 1
        },
        "p50Ms": {
          "type": "number",
          "minimum": 0
        },
        "p90Ms": {
          "type": "number",
          "minimum": 0
        },
        "p99Ms": {
          "type": "number",
          "minimum": 0
        }
      }
    },
    "ChannelLiveState": {
      "type": "object",
      "required": [
        "paused",
        "blockedUntil",
        "circuit",
        "lastError",
        "runningCalls",
        "itemsPerSecond",
        "counts",
        "waiting",
        "degraded"
      ],
      "properties": {
        "paused": {
          "type": "boolean"
        },
        "blockedUntil": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "circuit": {
          "oneOf": [
            {
              "$ref": "#/$defs/CircuitState"
            },
            {
              "type": "null"
            }
          ]
        },
        "lastError": {
          "oneOf": [
            {
              "$ref": "#/$defs/ChannelError"
            },
            {
              "type": "null"
            }
          ]
        },
        "runningCalls": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 0
        },
        "itemsPerSecond": {
          "type": "number",
          "minimum": 0
        },
        "counts": {
          "$ref": "#/$defs/ChannelCounts"
        },
        "waiting": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WaitingCount"
          }
        },
        "callDurations": {
          "oneOf": [
            {
              "$ref": "#/$defs/CallDurations"
            },
            {
              "type": "null"
            }
          ]
        },
        "degraded": {
          "oneOf": [
            {
              "$ref": "#/$defs/ChannelStandstill"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ChannelStandstill": {
      "type": "object",
      "required": [
        "since",
        "readyItems",
        "runningCalls"
      ],
      "properties": {
        "since": {
          "type": "string",
          "format": "date-time"
        },
        "readyItems": {
          "type": "integer",
          "minimum": 0
        },
        "runningCalls": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ChannelError": {
      "type": "object",
      "required": [
        "at",
        "code",
        "status",
        "detail",
        "advice",
        "until"
      ],
      "properties": {
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "code": {
          "type": "string"
        },
        "status": {
          "type": [
            "integer",
            "null"
          ]
        },
        "detail": {
          "type": [
            "string",
            "null"
          ]
        },
        "advice": {
          "type": "string"
        },
        "until": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "CircuitState": {
      "type": "object",
      "required": [
        "state",
        "until"
      ],
      "properties": {
        "state": {
          "type": "string",
          "enum": [
            "closed",
            "open",
            "half_open"
          ]
        },
        "until": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "ChannelCounts": {
      "type": "object",
      "required": [
        "pending",
        "waiting",
        "running"
      ],
      "properties": {
        "pending": {
          "type": "integer",
          "minimum": 0
        },
        "waiting": {
          "type": "integer",
          "minimum": 0
        },
        "running": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ChannelLinks": {
      "type": "object",
      "required": [
        "self",
        "jobs",
        "pause",
        "resume",
        "unblock"
      ],
      "properties": {
        "self": {
          "type": "string"
        },
        "jobs": {
          "type": "string"
        },
        "pause": {
          "type": "string"
        },
        "resume": {
          "type": "string"
        },
        "unblock": {
          "type": "string"
        }
      }
    },
    "ChannelTest": {
      "type": "object",
      "required": [
        "sent",
        "request",
        "answer",
        "result"
      ],
      "properties": {
        "sent": {
          "type": "boolean"
        },
        "request": {
          "oneOf": [
            {
              "$ref": "#/$defs/TestedRequest"
            },
            {
              "type": "null"
            }
          ]
        },
        "answer": {
          "oneOf": [
            {
              "$ref": "#/$defs/TestedAnswer"
            },
            {
              "type": "null"
            }
          ]
        },
        "result": {
          "oneOf": [
            {
              "$ref": "#/$defs/TestedResult"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "TestedRequest": {
      "type": "object",
      "required": [
        "method",
        "url",
        "headers",
        "body",
        "bodyBytes",
        "bodyTruncated"
      ],
      "properties": {
        "method": {
          "type": "string"
        },
        "url": {
          "type": "string"
        },
        "headers": {
          "type": "array",
          "maxItems": 200,
          "items": {
            "$ref": "#/$defs/TestedHeader"
          }
        },
        "body": {
          "type": [
            "string",
            "null"
          ]
        },
        "bodyBytes": {
          "type": "integer",
          "minimum": 0
        },
        "bodyTruncated": {
          "type": "boolean"
        }
      }
    },
    "TestedAnswer": {
      "type": "object",
      "required": [
        "status",
        "headers",
        "body",
        "bodyBytes",
        "bodyTruncated",
        "durationMs"
      ],
      "properties": {
        "status": {
          "type": "integer"
        },
        "headers": {
          "type": "array",
          "maxItems": 200,
          "items": {
            "$ref": "#/$defs/TestedHeader"
          }
        },
        "body": {
          "type": [
            "string",
            "null"
          ]
        },
        "bodyBytes": {
          "type": "integer",
          "minimum": 0
        },
        "bodyTruncated": {
          "type": "boolean"
        },
        "durationMs": {
          "type": "number",
          "minimum": 0
        }
      }
    },
    "TestedHeader": {
      "type": "object",
      "required": [
        "name",
        "value"
      ],
      "properties": {
        "name": {
          "type": "string"
        },
        "value": {
          "type": "string"
        }
      }
    },
    "TestedResult": {
      "type": "object",
      "required": [
        "outcome",
        "verdict",
        "retryAt",
        "warnings",
        "error",
        "result"
      ],
      "properties": {
        "outcome": {
          "type": "string",
          "enum": [
            "succeeded",
            "failed"
          ]
        },
        "verdict": {
          "type": "string",
          "enum": [
            "succeeded",
            "failed",
            "retry",
            "throttled",
            "parked"
          ]
        },
        "retryAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "warnings": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ItemWarning"
          }
        },
        "error": {
          "oneOf": [
            {
              "$ref": "#/$defs/ItemError"
            },
            {
              "type": "null"
            }
          ]
        },
        "result": {}
      }
    },
    "ChannelPage": {
      "type": "object",
      "required": [
        "channels"
      ],
      "properties": {
        "channels": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Channel"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "CredentialsEntry": {
      "type": "object",
      "required": [
        "subscription",
        "target",
        "type",
        "origin",
        "sentTo",
        "inUse",
        "updatedAt"
      ],
      "properties": {
        "subscription": {
          "type": "string"
        },
        "target": {
          "type": "string",
          "enum": [
            "connector",
            "payload"
          ]
        },
        "type": {
          "type": "string",
          "enum": [
            "bearer",
            "basic",
            "header",
            "hmac",
            "oauth2_client_credentials"
          ]
        },
        "origin": {
          "type": "string",
          "enum": [
            "file",
            "api"
          ]
        },
        "sentTo": {
          "type": [
            "string",
            "null"
          ]
        },
        "inUse": {
          "type": "boolean"
        },
        "updatedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "CredentialsPage": {
      "type": "object",
      "required": [
        "credentials"
      ],
      "properties": {
        "credentials": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/CredentialsEntry"
          }
        }
      }
    },
    "AccessToken": {
      "type": "object",
      "required": [
        "id",
        "name",
        "subscription",
        "scopes",
        "jobs",
        "createdAt",
        "createdBy",
        "expiresAt"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/AccessTokenId"
        },
        "name": {
          "type": "string"
        },
        "subscription": {
          "type": "string"
        },
        "scopes": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Scope"
          }
        },
        "jobs": {
          "type": [
            "array",
            "null"
          ],
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "createdBy": {
          "type": "string"
        },
        "expiresAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "CreatedAccessToken": {
      "type": "object",
      "required": [
        "id",
        "name",
        "subscription",
        "scopes",
        "jobs",
        "createdAt",
        "createdBy",
        "expiresAt",
        "token"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/AccessTokenId"
        },
        "name": {
          "type": "string"
        },
        "subscription": {
          "type": "string"
        },
        "scopes": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Scope"
          }
        },
        "jobs": {
          "type": [
            "array",
            "null"
          ],
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "createdBy": {
          "type": "string"
        },
        "expiresAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "token": {
          "type": [
            "string",
            "null"
          ]
        }
      }
    },
    "AccessTokenPage": {
      "type": "object",
      "required": [
        "tokens"
      ],
      "properties": {
        "tokens": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/AccessToken"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "WebhookEndpoint": {
      "type": "object",
      "required": [
        "id",
        "url",
        "description",
        "eventTypes",
        "channels",
        "where",
        "ordering",
        "state",
        "stateReason",
        "secretHints",
        "createdAt",
        "lastSuccessAt",
        "failingSince",
        "droppedEvents"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEndpointId"
        },
        "url": {
          "type": "string"
        },
        "description": {
          "type": "string"
        },
        "eventTypes": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookEventType"
          }
        },
        "channels": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "where": {
          "type": [
            "string",
            "null"
          ]
        },
        "ordering": {
          "$ref": "#/$defs/WebhookOrdering"
        },
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        },
        "stateReason": {
          "oneOf": [
            {
              "$ref": "#/$defs/WebhookStateReason"
            },
            {
              "type": "null"
            }
          ]
        },
        "secretHints": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookSecretHint"
          }
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "lastSuccessAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "failingSince": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "droppedEvents": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "CreatedWebhookEndpoint": {
      "type": "object",
      "required": [
        "id",
        "url",
        "description",
        "eventTypes",
        "channels",
        "where",
        "ordering",
        "state",
        "stateReason",
        "secretHints",
        "createdAt",
        "lastSuccessAt",
        "failingSince",
        "droppedEvents",
        "secret"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEndpointId"
        },
        "url": {
          "type": "string"
        },
        "description": {
          "type": "string"
        },
        "eventTypes": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookEventType"
          }
        },
        "channels": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/ChannelName"
          }
        },
        "where": {
          "type": [
            "string",
            "null"
          ]
        },
        "ordering": {
          "$ref": "#/$defs/WebhookOrdering"
        },
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        },
        "stateReason": {
          "oneOf": [
            {
              "$ref": "#/$defs/WebhookStateReason"
            },
            {
              "type": "null"
            }
          ]
        },
        "secretHints": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookSecretHint"
          }
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "lastSuccessAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "failingSince": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "droppedEvents": {
          "type": "integer",
          "minimum": 0
        },
        "secret": {
          "type": "string"
        }
      }
    },
    "JobWebhookView": {
      "type": "object",
      "required": [
        "url",
        "events"
      ],
      "properties": {
        "url": {
          "type": "string"
        },
        "events": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/JobWebhookEventType"
          }
        }
      }
    },
    "JobWebhooks": {
      "type": "object",
      "required": [
        "state",
        "secretHints"
      ],
      "properties": {
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        },
        "secretHints": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookSecretHint"
          }
        }
      }
    },
    "RotatedJobWebhooks": {
      "type": "object",
      "required": [
        "state",
        "secretHints",
        "secret"
      ],
      "properties": {
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        },
        "secretHints": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookSecretHint"
          }
        },
        "secret": {
          "type": "string"
        }
      }
    },
    "WebhookSecretHint": {
      "type": "object",
      "required": [
        "endsWith",
        "createdAt",
        "expiresAt"
      ],
      "properties": {
        "endsWith": {
          "type": "string"
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "expiresAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "WebhookEndpointPage": {
      "type": "object",
      "required": [
        "endpoints"
      ],
      "properties": {
        "endpoints": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookEndpoint"
          }
        }
      }
    },
    "WebhookTestReceipt": {
      "type": "object",
      "required": [
        "event"
      ],
      "properties": {
        "event": {
          "$ref": "#/$defs/WebhookEventRef"
        }
      }
    },
    "WebhookReplayReceipt": {
      "type": "object",
      "required": [
        "replay"
      ],
      "properties": {
        "replay": {
          "$ref": "#/$defs/WebhookReplay"
        }
      }
    },
    "WebhookReplay": {
      "type": "object",
      "required": [
        "id",
        "events",
        "continueAt"
      ],
      "properties": {
        "id": {
          "type": [
            "string",
            "null"
          ]
        },
        "events": {
          "type": "integer",
          "minimum": 0
        },
        "continueAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "WebhookEventRef": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "jobId"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "$ref": "#/$defs/WebhookEventType"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "jobId": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobId"
            },
            {
              "type": "null"
            }
          ]
        },
        "body": {
          "type": "string"
        }
      }
    },
    "WebhookDelivery": {
      "type": "object",
      "required": [
        "id",
        "endpointId",
        "event",
        "status",
        "attempts",
        "nextAttemptAt",
        "reason",
        "log"
      ],
      "properties": {
        "id": {
          "type": "string",
          "maxLength": 128
        },
        "endpointId": {
          "oneOf": [
            {
              "$ref": "#/$defs/WebhookEndpointId"
            },
            {
              "type": "null"
            }
          ]
        },
        "event": {
          "$ref": "#/$defs/WebhookEventRef"
        },
        "status": {
          "$ref": "#/$defs/ItemStatus"
        },
        "attempts": {
          "type": "integer",
          "minimum": 0
        },
        "nextAttemptAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "reason": {
          "type": [
            "string",
            "null"
          ]
        },
        "log": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/WebhookAttempt"
          }
        }
      }
    },
    "WebhookAttempt": {
      "type": "object",
      "required": [
        "attempt",
        "startedAt",
        "durationMs",
        "status",
        "verdict",
        "code",
        "answer"
      ],
      "properties": {
        "attempt": {
          "type": "integer",
          "minimum": 1
        },
        "startedAt": {
          "type": "string",
          "format": "date-time"
        },
        "durationMs": {
          "type": "number",
          "minimum": 0
        },
        "status": {
          "type": [
            "integer",
            "null"
          ]
        },
        "verdict": {
          "type": "string",
          "enum": [
            "succeeded",
            "failed",
            "retry",
            "throttled"
          ]
        },
        "code": {
          "type": [
            "string",
            "null"
          ]
        },
        "answer": {
          "type": [
            "string",
            "null"
          ],
          "maxLength": 1024
        }
      }
    },
    "WebhookDeliveryPage": {
      "type": "object",
      "required": [
        "deliveries"
      ],
      "properties": {
        "deliveries": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/WebhookDelivery"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "AuditEntry": {
      "type": "object",
      "required": [
        "id",
        "at",
        "actor",
        "subscription",
        "action",
        "resource",
        "address",
        "requestId",
        "status",
        "code",
        "count"
      ],
      "properties": {
        "id": {
          "type": "string",
          "pattern": "^aud_[0-9a-f]{14}$"
        },
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "actor": {
          "type": "object",
          "required": [
            "kind",
            "tokenId",
            "tokenName"
          ],
          "properties": {
            "kind": {
              "type": "string",
              "enum": [
                "admin",
                "token",
                "dev",
                "anonymous",
                "command",
                "server"
              ]
            },
            "tokenId": {
              "type": [
                "string",
                "null"
              ]
            },
            "tokenName": {
              "type": [
                "string",
                "null"
              ]
            }
          }
        },
        "subscription": {
          "type": [
            "string",
            "null"
          ]
        },
        "action": {
          "type": [
            "string",
            "null"
          ]
        },
        "resource": {
          "type": "object",
          "required": [
            "job",
            "channel",
            "token",
            "execution"
          ],
          "additionalProperties": true,
          "properties": {
            "job": {
              "type": [
                "string",
                "null"
              ]
            },
            "channel": {
              "type": [
                "string",
                "null"
              ]
            },
            "token": {
              "type": [
                "string",
                "null"
              ]
            },
            "execution": {
              "type": [
                "string",
                "null"
              ]
            }
          }
        },
        "address": {
          "type": [
            "string",
            "null"
          ]
        },
        "requestId": {
          "type": [
            "string",
            "null"
          ]
        },
        "status": {
          "type": "integer"
        },
        "code": {
          "type": [
            "string",
            "null"
          ]
        },
        "count": {
          "type": "integer",
          "minimum": 1
        }
      }
    },
    "AuditPage": {
      "type": "object",
      "required": [
        "entries"
      ],
      "properties": {
        "entries": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/AuditEntry"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "Self": {
      "type": "object",
      "required": [
        "kind",
        "subscription",
        "scopes",
        "jobs",
        "tokenId",
        "tokenName",
        "expiresAt",
        "limits"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "enum": [
            "admin",
            "token",
            "dev"
          ]
        },
        "subscription": {
          "type": "string"
        },
        "scopes": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Scope"
          }
        },
        "jobs": {
          "type": [
            "array",
            "null"
          ],
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "tokenId": {
          "type": [
            "string",
            "null"
          ]
        },
        "tokenName": {
          "type": [
            "string",
            "null"
          ]
        },
        "expiresAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "limits": {
          "$ref": "#/$defs/SubscriptionLimits"
        }
      }
    },
    "Limits": {
      "type": "object",
      "required": [
        "maxItemsPerJsonRequest",
        "maxItemsPerNdjsonRequest",
        "maxItemsPerAppend",
        "maxJsonBodyBytes",
        "maxNdjsonBodyBytes",
        "maxAppendBodyBytes",
        "maxEnvelopeBytes",
        "maxControlBodyBytes",
        "maxLineBytes",
        "maxItemBytes",
        "maxJsonDepth",
        "maxIdBytes",
        "maxPartitionKeyBytes",
        "maxMetadataPairs",
        "maxMetadataKeyLength",
        "maxMetadataValueLength",
        "maxIdempotencyKeyLength",
        "idempotencyKeySeconds",
        "openJobIdleSeconds",
        "defaultWaitSeconds",
        "maxWaitSeconds",
        "defaultPageSize",
        "maxPageSize",
        "maxPageBytes",
        "maxResultBytes",
        "maxErrorsPerProblem",
        "maxInvalidLineTextBytes",
        "maxEventsPerSecond",
        "eventHeartbeatSeconds",
        "maxPendingItems",
        "maxDataBytes",
        "disk",
        "maxDependencies",
        "maxStagesPerExecution",
        "maxJobsPerStage",
        "maxJobsPerExecution",
        "maxItemsPerExecution",
        "maxExecutionBodyBytes",
        "maxItemsPerDecision",
        "maxReplacementsPerItem",
        "maxReplacedBytesPerItem",
        "maxTokens",
        "maxTokensPerSubscription",
        "maxCredentialsPerChannel",
        "maxWebhookEndpointsPerSubscription",
        "maxJobWebhookOriginsPerSubscription",
        "expiredTokenSeconds",
        "defaultRetainSeconds",
        "minRetainSeconds",
        "maxRetainSeconds",
        "subscription",
        "channelDefaults"
      ],
      "properties": {
        "maxItemsPerJsonRequest": {
          "type": "integer"
        },
        "maxItemsPerNdjsonRequest": {
          "type": "integer"
        },
        "maxItemsPerAppend": {
          "type": "integer"
        },
        "maxJsonBodyBytes": {
          "type": "integer"
        },
        "maxNdjsonBodyBytes": {
          "type": "integer"
        },
        "maxAppendBodyBytes": {
          "type": "integer"
        },
        "maxEnvelopeBytes": {
          "type": "integer"
        },
        "maxControlBodyBytes": {
          "type": "integer"
        },
        "maxLineBytes": {
          "type": "integer"
        },
        "maxItemBytes": {
          "type": "integer"
        },
        "maxJsonDepth": {
          "type": "integer"
        },
        "maxIdBytes": {
          "type": "integer"
        },
        "maxPartitionKeyBytes": {
          "type": "integer"
        },
        "maxMetadataPairs": {
          "type": "integer"
        },
        "maxMetadataKeyLength": {
          "type": "integer"
        },
        "maxMetadataValueLength": {
          "type": "integer"
        },
        "maxIdempotencyKeyLength": {
          "type": "integer"
        },
        "idempotencyKeySeconds": {
          "type": "integer"
        },
        "openJobIdleSeconds": {
          "type": "integer"
        },
        "defaultWaitSeconds": {
          "type": "integer"
        },
        "maxWaitSeconds": {
          "type": "integer"
        },
        "defaultPageSize": {
          "type": "integer"
        },
        "maxPageSize": {
          "type": "integer"
        },
        "maxPageBytes": {
          "type": "integer"
        },
        "maxResultBytes": {
          "type": "integer"
        },
        "maxErrorsPerProblem": {
          "type": "integer"
        },
        "maxInvalidLineTextBytes": {
          "type": "integer"
        },
        "maxEventsPerSecond": {
          "type": "integer"
        },
        "eventHeartbeatSeconds": {
          "type": "integer"
        },
        "maxPendingItems": {
          "type": "integer"
        },
        "maxDataBytes": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1000000
        },
        "disk": {
          "oneOf": [
            {
              "$ref": "#/$defs/DiskSpace"
            },
            {
              "type": "null"
            }
          ]
        },
        "maxDependencies": {
          "type": "integer"
        },
        "maxStagesPerExecution": {
          "type": "integer"
        },
        "maxJobsPerStage": {
          "type": "integer"
        },
        "maxJobsPerExecution": {
          "type": "integer"
        },
        "maxItemsPerExecution": {
          "type": "integer"
        },
        "maxExecutionBodyBytes": {
          "type": "integer"
        },
        "maxItemsPerDecision": {
          "type": "integer"
        },
        "maxReplacementsPerItem": {
          "type": "integer"
        },
        "maxReplacedBytesPerItem": {
          "type": "integer"
        },
        "maxTokens": {
          "type": "integer"
        },
        "maxTokensPerSubscription": {
          "type": "integer"
        },
        "maxCredentialsPerChannel": {
          "type": "integer"
        },
        "maxWebhookEndpointsPerSubscription": {
          "type": "integer"
        },
        "maxJobWebhookOriginsPerSubscription": {
          "type": "integer"
        },
        "expiredTokenSeconds": {
          "type": "integer"
        },
        "defaultRetainSeconds": {
          "type": "integer"
        },
        "minRetainSeconds": {
          "type": "integer"
        },
        "maxRetainSeconds": {
          "type": "integer"
        },
        "subscription": {
          "$ref": "#/$defs/SubscriptionLimits"
        },
        "channelDefaults": {
          "$ref": "#/$defs/ChannelDefaults"
        }
      }
    },
    "SubscriptionLimits": {
      "type": "object",
      "required": [
        "weight",
        "maxPendingItems",
        "maxOpenJobs",
        "maxRunningCalls",
        "requestRate"
      ],
      "properties": {
        "weight": {
          "type": "number",
          "exclusiveMinimum": 0
        },
        "maxPendingItems": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1
        },
        "maxOpenJobs": {
          "type": "integer",
          "minimum": 1
        },
        "maxRunningCalls": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1
        },
        "requestRate": {
          "oneOf": [
            {
              "$ref": "#/$defs/RequestRate"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "RequestRate": {
      "type": "object",
      "required": [
        "perMinute",
        "burst"
      ],
      "properties": {
        "perMinute": {
          "type": "integer",
          "minimum": 1
        },
        "burst": {
          "type": "integer",
          "minimum": 1
        }
      }
    },
    "Subscription": {
      "type": "object",
      "required": [
        "name",
        "origin",
        "weight",
        "maxPendingItems",
        "maxOpenJobs",
        "maxRunningCalls",
        "requestRate",
        "links"
      ],
      "properties": {
        "name": {
          "type": "string"
        },
        "origin": {
          "type": "string",
          "enum": [
            "api",
            "file"
          ]
        },
        "weight": {
          "type": "number",
          "exclusiveMinimum": 0
        },
        "maxPendingItems": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1
        },
        "maxOpenJobs": {
          "type": "integer",
          "minimum": 1
        },
        "maxRunningCalls": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1
        },
        "requestRate": {
          "oneOf": [
            {
              "$ref": "#/$defs/RequestRate"
            },
            {
              "type": "null"
            }
          ]
        },
        "links": {
          "$ref": "#/$defs/SubscriptionLinks"
        }
      }
    },
    "SubscriptionLinks": {
      "type": "object",
      "required": [
        "self"
      ],
      "properties": {
        "self": {
          "type": "string"
        }
      }
    },
    "SubscriptionPage": {
      "type": "object",
      "required": [
        "subscriptions"
      ],
      "properties": {
        "subscriptions": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Subscription"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "DiskSpace": {
      "type": "object",
      "required": [
        "usedBytes",
        "freeBytes"
      ],
      "properties": {
        "usedBytes": {
          "type": "integer",
          "minimum": 0
        },
        "freeBytes": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ChannelDefaults": {
      "type": "object",
      "required": [
        "batchSize",
        "timeoutMs",
        "concurrency",
        "burst",
        "retry",
        "maxRetryAfterMs",
        "circuit",
        "parkForSeconds"
      ],
      "properties": {
        "batchSize": {
          "type": "integer"
        },
        "timeoutMs": {
          "type": "integer"
        },
        "concurrency": {
          "type": "integer"
        },
        "burst": {
          "type": "integer"
        },
        "retry": {
          "$ref": "#/$defs/RetryConfig"
        },
        "circuit": {
          "$ref": "#/$defs/CircuitConfig"
        },
        "maxRetryAfterMs": {
          "type": "integer"
        },
        "parkForSeconds": {
          "type": "integer"
        }
      }
    },
    "ServerPage": {
      "type": "object",
      "required": [
        "servers"
      ],
      "properties": {
        "servers": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/Server"
          }
        },
        "nextPageToken": {
          "type": "string"
        }
      }
    },
    "Server": {
      "type": "object",
      "required": [
        "id",
        "name",
        "address",
        "role",
        "draining",
        "version",
        "startedAt",
        "beatAgeSeconds",
        "configMatches",
        "epoch",
        "takeover",
        "order"
      ],
      "properties": {
        "id": {
          "type": "string",
          "pattern": "^srv_[0-9]{1,16}$"
        },
        "name": {
          "type": "string"
        },
        "address": {
          "type": [
            "string",
            "null"
          ]
        },
        "role": {
          "type": "string",
          "enum": [
            "active",
            "standby",
            "fenced"
          ]
        },
        "draining": {
          "type": "boolean"
        },
        "version": {
          "type": "string"
        },
        "startedAt": {
          "type": "string",
          "format": "date-time"
        },
        "beatAgeSeconds": {
          "type": "number",
          "minimum": 0
        },
        "configMatches": {
          "type": "boolean"
        },
        "epoch": {
          "type": [
            "integer",
            "null"
          ],
          "minimum": 1
        },
        "takeover": {
          "oneOf": [
            {
              "$ref": "#/$defs/Takeover"
            },
            {
              "type": "null"
            }
          ]
        },
        "order": {
          "oneOf": [
            {
              "$ref": "#/$defs/OrderEvidence"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "OrderEvidence": {
      "type": "object",
      "required": [
        "checks",
        "violations"
      ],
      "properties": {
        "checks": {
          "type": "integer",
          "minimum": 0
        },
        "violations": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "Takeover": {
      "type": "object",
      "required": [
        "kind",
        "at",
        "quietUntil"
      ],
      "properties": {
        "kind": {
          "type": "string",
          "enum": [
            "none",
            "handover",
            "lease_ended"
          ]
        },
        "at": {
          "type": "string",
          "format": "date-time"
        },
        "quietUntil": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        }
      }
    },
    "Health": {
      "type": "object",
      "required": [
        "status"
      ],
      "properties": {
        "status": {
          "type": "string",
          "const": "ok"
        }
      }
    },
    "Readiness": {
      "type": "object",
      "required": [
        "status",
        "role",
        "components"
      ],
      "properties": {
        "role": {
          "type": "string",
          "enum": [
            "active",
            "standby"
          ]
        },
        "status": {
          "type": "string",
          "enum": [
            "ok",
            "degraded"
          ]
        },
        "components": {
          "$ref": "#/$defs/ReadinessComponents"
        }
      }
    },
    "ReadinessComponents": {
      "type": "object",
      "required": [
        "store",
        "dispatcher",
        "channels"
      ],
      "properties": {
        "store": {
          "$ref": "#/$defs/StoreReadiness"
        },
        "dispatcher": {
          "$ref": "#/$defs/DispatcherReadiness"
        },
        "channels": {
          "$ref": "#/$defs/ChannelsReadiness"
        }
      }
    },
    "StoreReadiness": {
      "type": "object",
      "required": [
        "status"
      ],
      "properties": {
        "status": {
          "type": "string",
          "enum": [
            "ok",
            "disk_full",
            "store_damaged",
            "store_unavailable"
          ]
        }
      }
    },
    "DispatcherReadiness": {
      "type": "object",
      "required": [
        "status",
        "threads",
        "lostThreads"
      ],
      "properties": {
        "status": {
          "type": "string",
          "enum": [
            "ok",
            "degraded"
          ]
        },
        "threads": {
          "type": "integer",
          "minimum": 0
        },
        "lostThreads": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ChannelsReadiness": {
      "type": "object",
      "required": [
        "status",
        "busy",
        "paused",
        "circuitOpen",
        "blocked",
        "degraded"
      ],
      "properties": {
        "status": {
          "type": "string",
          "enum": [
            "ok",
            "degraded"
          ]
        },
        "busy": {
          "type": "integer",
          "minimum": 0
        },
        "paused": {
          "type": "integer",
          "minimum": 0
        },
        "circuitOpen": {
          "type": "integer",
          "minimum": 0
        },
        "blocked": {
          "type": "integer",
          "minimum": 0
        },
        "degraded": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "OpenapiDocument": {
      "type": "object",
      "additionalProperties": true,
      "required": [
        "openapi",
        "info",
        "paths"
      ],
      "properties": {
        "openapi": {
          "type": "string"
        },
        "info": {
          "type": "object",
          "additionalProperties": true
        },
        "paths": {
          "type": "object",
          "additionalProperties": true
        }
      }
    },
    "WebhookEventJob": {
      "type": "object",
      "required": [
        "id",
        "channel",
        "objectType",
        "action",
        "source",
        "executionId",
        "status",
        "outcome",
        "counts",
        "metadata",
        "createdAt",
        "startedAt",
        "endedAt",
        "links"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/JobId"
        },
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string"
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "source": {
          "type": [
            "string",
            "null"
          ]
        },
        "executionId": {
          "oneOf": [
            {
              "$ref": "#/$defs/ExecutionId"
            },
            {
              "type": "null"
            }
          ]
        },
        "status": {
          "$ref": "#/$defs/JobStatus"
        },
        "outcome": {
          "oneOf": [
            {
              "$ref": "#/$defs/JobOutcome"
            },
            {
              "type": "null"
            }
          ]
        },
        "counts": {
          "$ref": "#/$defs/ItemCounts"
        },
        "metadata": {
          "oneOf": [
            {
              "$ref": "#/$defs/Metadata"
            },
            {
              "type": "null"
            }
          ]
        },
        "createdAt": {
          "type": "string",
          "format": "date-time"
        },
        "startedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "endedAt": {
          "type": [
            "string",
            "null"
          ],
          "format": "date-time"
        },
        "links": {
          "$ref": "#/$defs/JobLinks"
        }
      }
    },
    "WebhookEventEndpoint": {
      "type": "object",
      "required": [
        "id",
        "url",
        "state",
        "reason"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEndpointId"
        },
        "url": {
          "type": "string"
        },
        "state": {
          "$ref": "#/$defs/WebhookEndpointState"
        },
        "reason": {
          "oneOf": [
            {
              "$ref": "#/$defs/WebhookStateReason"
            },
            {
              "type": "null"
            }
          ]
        }
      }
    },
    "ParkedEventLinks": {
      "type": "object",
      "required": [
        "parked"
      ],
      "properties": {
        "parked": {
          "type": "string"
        }
      }
    },
    "JobAcceptedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.accepted"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            }
          }
        }
      }
    },
    "JobStartedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.started"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            }
          }
        }
      }
    },
    "JobEndedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.ended"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            }
          }
        }
      }
    },
    "JobBlockedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.blocked"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job",
            "waiting"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            },
            "waiting": {
              "type": "array",
              "items": {
                "$ref": "#/$defs/WaitingCount"
              }
            }
          }
        }
      }
    },
    "JobProgressedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.progress"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job",
            "progress"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            },
            "progress": {
              "$ref": "#/$defs/JobProgress"
            }
          }
        }
      }
    },
    "JobDeadlineAtRiskEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "job.deadline_at_risk"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "job",
            "deadlineAt",
            "estimatedEndAt"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "job": {
              "$ref": "#/$defs/WebhookEventJob"
            },
            "deadlineAt": {
              "type": "string",
              "format": "date-time"
            },
            "estimatedEndAt": {
              "type": "string",
              "format": "date-time"
            }
          }
        }
      }
    },
    "ItemsParkedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "item.parked"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "channel",
            "items",
            "parked",
            "firstExpiryAt",
            "links"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "channel": {
              "$ref": "#/$defs/ChannelName"
            },
            "items": {
              "type": "integer",
              "minimum": 1
            },
            "parked": {
              "type": "array",
              "maxItems": 20,
              "items": {
                "$ref": "#/$defs/ItemPlace"
              }
            },
            "firstExpiryAt": {
              "type": "string",
              "format": "date-time"
            },
            "links": {
              "$ref": "#/$defs/ParkedEventLinks"
            }
          }
        }
      }
    },
    "CircuitOpenedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "channel.circuit_opened"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "channel",
            "since"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "channel": {
              "$ref": "#/$defs/ChannelName"
            },
            "since": {
              "type": "string",
              "format": "date-time"
            }
          }
        }
      }
    },
    "CircuitClosedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "channel.circuit_closed"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "channel",
            "openForMs"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "channel": {
              "$ref": "#/$defs/ChannelName"
            },
            "openForMs": {
              "type": "integer",
              "minimum": 0
            }
          }
        }
      }
    },
    "WebhookEndpointFailingEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "webhook_endpoint.failing"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "endpoint"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "endpoint": {
              "$ref": "#/$defs/WebhookEventEndpoint"
            }
          }
        }
      }
    },
    "WebhookEndpointDisabledEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "webhook_endpoint.disabled"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "endpoint"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "endpoint": {
              "$ref": "#/$defs/WebhookEventEndpoint"
            }
          }
        }
      }
    },
    "WebhookEndpointTestedEvent": {
      "type": "object",
      "required": [
        "id",
        "type",
        "timestamp",
        "data"
      ],
      "properties": {
        "id": {
          "$ref": "#/$defs/WebhookEventId"
        },
        "type": {
          "type": "string",
          "const": "webhook_endpoint.test"
        },
        "timestamp": {
          "type": "string",
          "format": "date-time"
        },
        "data": {
          "type": "object",
          "required": [
            "subscription",
            "endpoint"
          ],
          "properties": {
            "subscription": {
              "type": "string"
            },
            "endpoint": {
              "$ref": "#/$defs/WebhookEventEndpoint"
            }
          }
        }
      }
    },
    "Problem": {
      "type": "object",
      "required": [
        "type",
        "title",
        "status",
        "detail",
        "code"
      ],
      "properties": {
        "type": {
          "type": "string"
        },
        "title": {
          "type": "string"
        },
        "status": {
          "type": "integer",
          "minimum": 400,
          "maximum": 599
        },
        "detail": {
          "type": "string"
        },
        "code": {
          "$ref": "#/$defs/ProblemCode"
        },
        "requestId": {
          "type": "string"
        },
        "instance": {
          "type": "string"
        },
        "errors": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/ProblemPlace"
          }
        },
        "errorCount": {
          "type": "integer",
          "minimum": 1
        },
        "components": {
          "$ref": "#/$defs/ReadinessComponents"
        },
        "limit": {
          "$ref": "#/$defs/PassedLimit"
        },
        "nextIndex": {
          "type": "integer",
          "minimum": 0
        },
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "channels": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "type": "string"
          }
        },
        "dependencies": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/JobId"
          }
        },
        "stale": {
          "type": "array",
          "maxItems": 100,
          "items": {
            "$ref": "#/$defs/StaleItem"
          }
        }
      }
    },
    "StaleItem": {
      "type": "object",
      "required": [
        "jobId",
        "index",
        "newer"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "newer": {
          "$ref": "#/$defs/ItemPlace"
        }
      }
    },
    "ProblemPlace": {
      "type": "object",
      "required": [
        "detail"
      ],
      "properties": {
        "pointer": {
          "type": "string"
        },
        "line": {
          "type": "integer",
          "minimum": 1
        },
        "parameter": {
          "type": "string"
        },
        "detail": {
          "type": "string"
        }
      }
    },
    "PassedLimit": {
      "type": "object",
      "required": [
        "name",
        "value"
      ],
      "properties": {
        "name": {
          "type": "string"
        },
        "value": {
          "type": "integer",
          "minimum": 0
        }
      }
    },
    "ProblemCode": {
      "type": "string",
      "enum": [
        "bad_request",
        "unknown_field",
        "invalid_item",
        "items_missing",
        "item_count_mismatch",
        "unknown_channel",
        "dependency_not_found",
        "unauthenticated",
        "forbidden",
        "module_not_settable",
        "channel_not_settable",
        "not_found",
        "job_not_found",
        "item_not_found",
        "channel_not_found",
        "execution_not_found",
        "token_not_found",
        "webhook_endpoint_not_found",
        "credentials_not_found",
        "subscription_not_found",
        "method_not_allowed",
        "request_timeout",
        "upload_gap",
        "item_conflict",
        "append_in_progress",
        "job_sealed",
        "job_ended",
        "job_not_ended",
        "selection_invalid",
        "selection_expired",
        "channel_in_use",
        "channel_held",
        "connector_unavailable",
        "stale",
        "nothing_to_retry",
        "replaced_too_often",
        "execution_exists",
        "execution_ended",
        "dependency_unmet",
        "token_limit_reached",
        "webhook_endpoint_limit_reached",
        "credentials_limit_reached",
        "subscription_not_settable",
        "idempotency_in_progress",
        "job_purged",
        "token_revoked",
        "body_too_large",
        "line_too_large",
        "too_many_items",
        "unsupported_media_type",
        "idempotency_mismatch",
        "quota_exceeded",
        "rate_limited",
        "internal_error",
        "overloaded",
        "disk_full",
        "store_damaged",
        "store_unavailable",
        "owner_unavailable",
        "stopping"
      ]
    },
    "DeliveryRequest": {
      "type": "object",
      "required": [
        "jobId",
        "subscription",
        "channel",
        "objectType",
        "action",
        "items"
      ],
      "properties": {
        "jobId": {
          "$ref": "#/$defs/JobId"
        },
        "subscription": {
          "type": "string"
        },
        "channel": {
          "$ref": "#/$defs/ChannelName"
        },
        "objectType": {
          "type": "string"
        },
        "action": {
          "$ref": "#/$defs/Action"
        },
        "items": {
          "type": "array",
          "minItems": 1,
          "items": {
            "$ref": "#/$defs/DeliveryItem"
          }
        }
      }
    },
    "DeliveryItem": {
      "type": "object",
      "required": [
        "index",
        "id",
        "partitionKey",
        "idempotencyKey",
        "attempt",
        "data"
      ],
      "properties": {
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "id": {
          "type": "string"
        },
        "partitionKey": {
          "type": [
            "string",
            "null"
          ]
        },
        "idempotencyKey": {
          "type": "string"
        },
        "attempt": {
          "type": "integer",
          "minimum": 1
        },
        "data": {}
      }
    },
    "DeliveryAnswer": {
      "type": "object",
      "required": [
        "results"
      ],
      "properties": {
        "results": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/DeliveryResult"
          }
        }
      }
    },
    "DeliveryResult": {
      "type": "object",
      "required": [
        "index",
        "status"
      ],
      "properties": {
        "index": {
          "type": "integer",
          "minimum": 0
        },
        "status": {
          "type": "string",
          "enum": [
            "succeeded",
            "failed"
          ]
        },
        "result": {},
        "warnings": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/DeliveryWarning"
          }
        },
        "error": {
          "$ref": "#/$defs/DeliveryError"
        }
      }
    },
    "DeliveryWarning": {
      "type": "object",
      "required": [
        "code",
        "detail"
      ],
      "properties": {
        "code": {
          "type": "string"
        },
        "detail": {
          "type": "string"
        },
        "pointer": {
          "type": [
            "string",
            "null"
          ]
        }
      }
    },
    "DeliveryError": {
      "type": "object",
      "required": [
        "code"
      ],
      "properties": {
        "code": {
          "type": "string"
        },
        "detail": {
          "type": [
            "string",
            "null"
          ]
        },
        "retryable": {
          "type": "boolean"
        },
        "pointer": {
          "type": [
            "string",
            "null"
          ]
        }
      }
    },
    "PayloadRequest": {
      "type": "object",
      "required": [
        "ids"
      ],
      "properties": {
        "ids": {
          "type": "array",
          "items": {
            "type": "string"
          }
        }
      }
    },
    "PayloadAnswer": {
      "type": "object",
      "required": [
        "items"
      ],
      "properties": {
        "items": {
          "type": "array",
          "items": {
            "$ref": "#/$defs/PayloadEntry"
          }
        }
      }
    },
    "PayloadEntry": {
      "type": "object",
      "required": [
        "id",
        "data"
      ],
      "properties": {
        "id": {
          "type": "string"
        },
        "data": {}
      }
    }
  }
}

/** The address of a component schema inside {@link schemaDocument}. */
export function schemaRef(name: SchemaName): string {
  return 'waybill#/$defs/' + name
}
