// Generated from openapi.yaml by generate.ts: do not edit.

import type { ProblemCode } from './problems.ts'
import type { JsonSchema, SchemaName } from './schemas.ts'
import type { components } from './types.ts'

export type OperationId =
  | 'listJobs'
  | 'submitJob'
  | 'actOnJobs'
  | 'getJob'
  | 'deleteJob'
  | 'listItems'
  | 'appendItems'
  | 'getItem'
  | 'sealJob'
  | 'cancelJob'
  | 'pauseJob'
  | 'resumeJob'
  | 'releaseJob'
  | 'retryJob'
  | 'getResults'
  | 'getResultsCsv'
  | 'streamEvents'
  | 'getJobMap'
  | 'deliverItem'
  | 'listExecutions'
  | 'createExecution'
  | 'getExecution'
  | 'cancelExecution'
  | 'pauseExecution'
  | 'resumeExecution'
  | 'listDeadLetters'
  | 'listDeadLetterGroups'
  | 'retryDeadLetters'
  | 'listParked'
  | 'resolveParked'
  | 'listChannels'
  | 'getChannel'
  | 'putChannel'
  | 'deleteChannel'
  | 'pauseChannel'
  | 'resumeChannel'
  | 'unblockChannel'
  | 'testChannel'
  | 'listCredentials'
  | 'putCredentials'
  | 'deleteCredentials'
  | 'listTokens'
  | 'createToken'
  | 'revokeToken'
  | 'listWebhookEndpoints'
  | 'createWebhookEndpoint'
  | 'getWebhookEndpoint'
  | 'updateWebhookEndpoint'
  | 'deleteWebhookEndpoint'
  | 'rotateWebhookSecret'
  | 'revokePreviousWebhookSecret'
  | 'enableWebhookEndpoint'
  | 'disableWebhookEndpoint'
  | 'testWebhookEndpoint'
  | 'replayWebhookEvents'
  | 'getJobWebhooks'
  | 'updateJobWebhooks'
  | 'rotateJobWebhookSecret'
  | 'listWebhookDeliveries'
  | 'listJobWebhookDeliveries'
  | 'listAudit'
  | 'listSubscriptions'
  | 'getSubscription'
  | 'putSubscription'
  | 'deleteSubscription'
  | 'search'
  | 'getStats'
  | 'streamUpdates'
  | 'getSelf'
  | 'getLimits'
  | 'listServers'
  | 'getLiveness'
  | 'getReadiness'
  | 'getOpenapi'
  | 'getMetrics'
  | 'getErrorDocs'

type Scope = components['schemas']['Scope']

/** The body of one media type. Bodies in lines or events name the schemas of these; `schema` is then null. */
export interface OperationContent {
  readonly schema: SchemaName | null
  readonly lineSchemas: readonly SchemaName[]
  readonly eventSchema: SchemaName | null
  /** The most bytes of a request body, unpacked; null: not limited here. */
  readonly maxBytes: number | null
}

/** The response of one status of an operation. */
export interface OperationAnswer {
  readonly headers: readonly string[]
  /** Those of the headers that are never missing. */
  readonly requiredHeaders: readonly string[]
  readonly content: Readonly<Record<string, OperationContent>>
}

export interface Operation {
  readonly operationId: OperationId
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** With parameters as `:name`. */
  readonly path: string
  /** With parameters as `{name}`. */
  readonly openapiPath: string
  readonly tags: readonly string[]
  readonly summary: string
  /** The caller must have all of them; empty: any valid token is enough. Null: no token is required. */
  readonly scopes: readonly Scope[] | null
  /** How the audit shows its requests: a change has entries, reads are counted. */
  readonly audit: 'change' | 'read' | 'none'
  /** A caller whose token is bound to jobs may use it, for these jobs. */
  readonly jobBound: boolean
  /** Each group as the schema of an object; references lead into `schemaDocument`. Header names are in lower case. */
  readonly parameters: { readonly path: JsonSchema; readonly query: JsonSchema; readonly headers: JsonSchema }
  /** Query parameters whose values may stand in one text, separated by commas. */
  readonly commaSeparated: readonly string[]
  readonly requestBody: { readonly required: boolean; readonly content: Readonly<Record<string, OperationContent>> } | null
  /** By HTTP status. */
  readonly responses: Readonly<
    Record<string, OperationAnswer>
  >
  readonly problemCodes: readonly ProblemCode[]
  /** Its end: Unix time, HTTP date, and where to read about it; null: it is not deprecated. */
  readonly deprecation: { readonly deprecatedAtSeconds: number; readonly sunset: string | null; readonly link: string | null } | null
}

/** Every operation, in the order of the spec. */
export const operations: Readonly<Record<OperationId, Operation>> = {
  "listJobs": {
    "operationId": "listJobs",
    "method": "GET",
    "path": "/v1/jobs",
    "openapiPath": "/v1/jobs",
    "tags": [
      "jobs"
    ],
    "summary": "List jobs",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/JobStatus"
            }
          },
          "channel": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ChannelName"
            }
          },
          "executionId": {
            "$ref": "waybill#/$defs/ExecutionId"
          },
          "source": {
            "type": "array",
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
          },
          "deadlineAtRisk": {
            "type": "boolean",
            "default": false
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "JobPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "submitJob": {
    "operationId": "submitJob",
    "method": "POST",
    "path": "/v1/jobs",
    "openapiPath": "/v1/jobs",
    "tags": [
      "jobs"
    ],
    "summary": "Submit a job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "traceparent": {
            "type": "string",
            "maxLength": 16384
          },
          "tracestate": {
            "type": "string",
            "maxLength": 16384
          },
          "content-encoding": {
            "type": "string",
            "enum": [
              "gzip",
              "identity"
            ]
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "JobSubmission",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        },
        "application/x-ndjson": {
          "schema": null,
          "lineSchemas": [
            "JobEnvelope",
            "ItemInput"
          ],
          "eventSchema": null,
          "maxBytes": 1073741824
        }
      }
    },
    "responses": {
      "201": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "items_missing",
      "item_count_mismatch",
      "unknown_channel",
      "dependency_not_found",
      "unauthenticated",
      "forbidden",
      "request_timeout",
      "idempotency_in_progress",
      "job_purged",
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
    ],
    "deprecation": null
  },
  "actOnJobs": {
    "operationId": "actOnJobs",
    "method": "POST",
    "path": "/v1/jobs/actions",
    "openapiPath": "/v1/jobs/actions",
    "tags": [
      "jobs"
    ],
    "summary": "Pause, resume or cancel jobs by a filter",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "JobActionRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "JobActionReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "202": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "JobActionReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "selection_invalid",
      "selection_expired",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getJob": {
    "operationId": "getJob",
    "method": "GET",
    "path": "/v1/jobs/:jobId",
    "openapiPath": "/v1/jobs/{jobId}",
    "tags": [
      "jobs"
    ],
    "summary": "Get a job",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "knownStatus": {
            "$ref": "waybill#/$defs/JobStatus"
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "prefer": {
            "type": "string",
            "maxLength": 16384
          },
          "if-none-match": {
            "type": "string",
            "maxLength": 16384
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "Retry-After",
          "Preference-Applied",
          "Vary",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "304": {
        "headers": [
          "X-Request-Id",
          "ETag",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "ETag",
          "Cache-Control"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deleteJob": {
    "operationId": "deleteJob",
    "method": "DELETE",
    "path": "/v1/jobs/:jobId",
    "openapiPath": "/v1/jobs/{jobId}",
    "tags": [
      "jobs"
    ],
    "summary": "Delete an ended job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "job_not_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listItems": {
    "operationId": "listItems",
    "method": "GET",
    "path": "/v1/jobs/:jobId/items",
    "openapiPath": "/v1/jobs/{jobId}/items",
    "tags": [
      "items"
    ],
    "summary": "List the items of a job",
    "scopes": [
      "items:read"
    ],
    "audit": "read",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/ItemStatus"
            }
          },
          "partitionKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256
          },
          "id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256
          },
          "include": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "type": "string",
              "enum": [
                "data",
                "log"
              ]
            }
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [
      "include"
    ],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "ItemPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "appendItems": {
    "operationId": "appendItems",
    "method": "POST",
    "path": "/v1/jobs/:jobId/items",
    "openapiPath": "/v1/jobs/{jobId}/items",
    "tags": [
      "jobs"
    ],
    "summary": "Append items to an open job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "fromIndex": {
            "type": "integer",
            "minimum": 0,
            "maximum": 4294967295
          }
        },
        "required": [
          "fromIndex"
        ],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "content-encoding": {
            "type": "string",
            "enum": [
              "gzip",
              "identity"
            ]
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/x-ndjson": {
          "schema": null,
          "lineSchemas": [
            "ItemInput"
          ],
          "eventSchema": null,
          "maxBytes": 16777216
        },
        "application/json": {
          "schema": "ItemInputs",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "AppendReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "request_timeout",
      "upload_gap",
      "item_conflict",
      "append_in_progress",
      "job_sealed",
      "job_ended",
      "body_too_large",
      "line_too_large",
      "too_many_items",
      "unsupported_media_type",
      "quota_exceeded",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getItem": {
    "operationId": "getItem",
    "method": "GET",
    "path": "/v1/jobs/:jobId/items/:index",
    "openapiPath": "/v1/jobs/{jobId}/items/{index}",
    "tags": [
      "items"
    ],
    "summary": "Get one item",
    "scopes": [
      "items:read"
    ],
    "audit": "read",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          },
          "index": {
            "type": "integer",
            "minimum": 0,
            "maximum": 4294967295
          }
        },
        "required": [
          "jobId",
          "index"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Item",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "item_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "sealJob": {
    "operationId": "sealJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/seal",
    "openapiPath": "/v1/jobs/{jobId}/seal",
    "tags": [
      "jobs"
    ],
    "summary": "Seal an open job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "SealRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "item_count_mismatch",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "append_in_progress",
      "job_sealed",
      "job_ended",
      "body_too_large",
      "unsupported_media_type",
      "quota_exceeded",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "cancelJob": {
    "operationId": "cancelJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/cancel",
    "openapiPath": "/v1/jobs/{jobId}/cancel",
    "tags": [
      "jobs"
    ],
    "summary": "Cancel a job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "pauseJob": {
    "operationId": "pauseJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/pause",
    "openapiPath": "/v1/jobs/{jobId}/pause",
    "tags": [
      "jobs"
    ],
    "summary": "Pause a job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "job_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "resumeJob": {
    "operationId": "resumeJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/resume",
    "openapiPath": "/v1/jobs/{jobId}/resume",
    "tags": [
      "jobs"
    ],
    "summary": "Resume a job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "job_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "releaseJob": {
    "operationId": "releaseJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/release",
    "openapiPath": "/v1/jobs/{jobId}/release",
    "tags": [
      "jobs"
    ],
    "summary": "Release a blocked job",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Job",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "job_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "retryJob": {
    "operationId": "retryJob",
    "method": "POST",
    "path": "/v1/jobs/:jobId/retry",
    "openapiPath": "/v1/jobs/{jobId}/retry",
    "tags": [
      "failures"
    ],
    "summary": "Try items of a job again",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "traceparent": {
            "type": "string",
            "maxLength": 16384
          },
          "tracestate": {
            "type": "string",
            "maxLength": 16384
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "RetryRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "RetryReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unknown_channel",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "stale",
      "nothing_to_retry",
      "idempotency_in_progress",
      "job_purged",
      "body_too_large",
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
    ],
    "deprecation": null
  },
  "getResults": {
    "operationId": "getResults",
    "method": "GET",
    "path": "/v1/jobs/:jobId/results",
    "openapiPath": "/v1/jobs/{jobId}/results",
    "tags": [
      "items"
    ],
    "summary": "Stream the results as NDJSON",
    "scopes": [
      "items:read"
    ],
    "audit": "read",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/EndedItemStatus"
            }
          },
          "from": {
            "type": "integer",
            "minimum": 0,
            "maximum": 4294967295,
            "default": 0
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "Content-Disposition",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control",
          "Content-Disposition"
        ],
        "content": {
          "application/x-ndjson": {
            "schema": null,
            "lineSchemas": [
              "ResultLine",
              "ResultEnd"
            ],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getResultsCsv": {
    "operationId": "getResultsCsv",
    "method": "GET",
    "path": "/v1/jobs/:jobId/results.csv",
    "openapiPath": "/v1/jobs/{jobId}/results.csv",
    "tags": [
      "items"
    ],
    "summary": "Download the results as CSV",
    "scopes": [
      "items:read"
    ],
    "audit": "read",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "Content-Disposition",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control",
          "Content-Disposition"
        ],
        "content": {
          "text/csv": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "job_not_ended",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "streamEvents": {
    "operationId": "streamEvents",
    "method": "GET",
    "path": "/v1/jobs/:jobId/events",
    "openapiPath": "/v1/jobs/{jobId}/events",
    "tags": [
      "jobs"
    ],
    "summary": "Follow a job by server-sent events",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "last-event-id": {
            "type": "string",
            "maxLength": 16384
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "text/event-stream": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": "JobEvent",
            "maxBytes": null
          }
        }
      },
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getJobMap": {
    "operationId": "getJobMap",
    "method": "GET",
    "path": "/v1/jobs/:jobId/map",
    "openapiPath": "/v1/jobs/{jobId}/map",
    "tags": [
      "jobs"
    ],
    "summary": "Count the items of a job by status and place",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "buckets": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2000,
            "default": 500
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "JobMap",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deliverItem": {
    "operationId": "deliverItem",
    "method": "POST",
    "path": "/v1/items",
    "openapiPath": "/v1/items",
    "tags": [
      "items"
    ],
    "summary": "Deliver one item",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "traceparent": {
            "type": "string",
            "maxLength": 16384
          },
          "tracestate": {
            "type": "string",
            "maxLength": 16384
          },
          "prefer": {
            "type": "string",
            "maxLength": 16384
          },
          "content-encoding": {
            "type": "string",
            "enum": [
              "gzip",
              "identity"
            ]
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "ItemDelivery",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Preference-Applied",
          "Vary",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Receipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Preference-Applied",
          "Vary",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Receipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "unknown_channel",
      "dependency_not_found",
      "unauthenticated",
      "forbidden",
      "request_timeout",
      "idempotency_in_progress",
      "job_purged",
      "body_too_large",
      "line_too_large",
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
    ],
    "deprecation": null
  },
  "listExecutions": {
    "operationId": "listExecutions",
    "method": "GET",
    "path": "/v1/executions",
    "openapiPath": "/v1/executions",
    "tags": [
      "executions"
    ],
    "summary": "List executions",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/ExecutionStatus"
            }
          },
          "channel": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ChannelName"
            }
          },
          "source": {
            "type": "array",
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
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "ExecutionPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "createExecution": {
    "operationId": "createExecution",
    "method": "POST",
    "path": "/v1/executions",
    "openapiPath": "/v1/executions",
    "tags": [
      "executions"
    ],
    "summary": "Create an execution",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "traceparent": {
            "type": "string",
            "maxLength": 16384
          },
          "tracestate": {
            "type": "string",
            "maxLength": 16384
          },
          "content-encoding": {
            "type": "string",
            "enum": [
              "gzip",
              "identity"
            ]
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "ExecutionSubmission",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        }
      }
    },
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Location",
          "Retry-After",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Execution",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "item_count_mismatch",
      "unknown_channel",
      "dependency_not_found",
      "unauthenticated",
      "forbidden",
      "request_timeout",
      "execution_exists",
      "idempotency_in_progress",
      "job_purged",
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
    ],
    "deprecation": null
  },
  "getExecution": {
    "operationId": "getExecution",
    "method": "GET",
    "path": "/v1/executions/:executionId",
    "openapiPath": "/v1/executions/{executionId}",
    "tags": [
      "executions"
    ],
    "summary": "Get an execution",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "executionId": {
            "$ref": "waybill#/$defs/ExecutionId"
          }
        },
        "required": [
          "executionId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Execution",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "execution_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "cancelExecution": {
    "operationId": "cancelExecution",
    "method": "POST",
    "path": "/v1/executions/:executionId/cancel",
    "openapiPath": "/v1/executions/{executionId}/cancel",
    "tags": [
      "executions"
    ],
    "summary": "Cancel an execution",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "executionId": {
            "$ref": "waybill#/$defs/ExecutionId"
          }
        },
        "required": [
          "executionId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Execution",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "execution_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "pauseExecution": {
    "operationId": "pauseExecution",
    "method": "POST",
    "path": "/v1/executions/:executionId/pause",
    "openapiPath": "/v1/executions/{executionId}/pause",
    "tags": [
      "executions"
    ],
    "summary": "Pause an execution",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "executionId": {
            "$ref": "waybill#/$defs/ExecutionId"
          }
        },
        "required": [
          "executionId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Execution",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "execution_not_found",
      "execution_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "resumeExecution": {
    "operationId": "resumeExecution",
    "method": "POST",
    "path": "/v1/executions/:executionId/resume",
    "openapiPath": "/v1/executions/{executionId}/resume",
    "tags": [
      "executions"
    ],
    "summary": "Resume an execution",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "executionId": {
            "$ref": "waybill#/$defs/ExecutionId"
          }
        },
        "required": [
          "executionId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Execution",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "execution_not_found",
      "execution_ended",
      "rate_limited",
      "internal_error",
      "disk_full",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listDeadLetters": {
    "operationId": "listDeadLetters",
    "method": "GET",
    "path": "/v1/dead-letters",
    "openapiPath": "/v1/dead-letters",
    "tags": [
      "failures"
    ],
    "summary": "List failed items across jobs",
    "scopes": [
      "dead-letters:read"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "channel": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ChannelName"
            }
          },
          "jobId": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/JobId"
            }
          },
          "code": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ItemErrorCode"
            }
          },
          "group": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/DeadLetterGroupId"
            }
          },
          "partitionKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256
          },
          "retried": {
            "type": "boolean",
            "default": true
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "DeadLetterPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listDeadLetterGroups": {
    "operationId": "listDeadLetterGroups",
    "method": "GET",
    "path": "/v1/dead-letters/groups",
    "openapiPath": "/v1/dead-letters/groups",
    "tags": [
      "failures"
    ],
    "summary": "Group failed items",
    "scopes": [
      "dead-letters:read"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "channel": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ChannelName"
            }
          },
          "jobId": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/JobId"
            }
          },
          "code": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/ItemErrorCode"
            }
          },
          "group": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/DeadLetterGroupId"
            }
          },
          "partitionKey": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256
          },
          "retried": {
            "type": "boolean",
            "default": true
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "DeadLetterGroupPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "retryDeadLetters": {
    "operationId": "retryDeadLetters",
    "method": "POST",
    "path": "/v1/dead-letters/retry",
    "openapiPath": "/v1/dead-letters/retry",
    "tags": [
      "failures"
    ],
    "summary": "Try failed items again",
    "scopes": [
      "dead-letters:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "traceparent": {
            "type": "string",
            "maxLength": 16384
          },
          "tracestate": {
            "type": "string",
            "maxLength": 16384
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "DeadLetterRetryRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "RetryReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unknown_channel",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "stale",
      "nothing_to_retry",
      "idempotency_in_progress",
      "job_purged",
      "body_too_large",
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
    ],
    "deprecation": null
  },
  "listParked": {
    "operationId": "listParked",
    "method": "GET",
    "path": "/v1/parked",
    "openapiPath": "/v1/parked",
    "tags": [
      "failures"
    ],
    "summary": "List parked items",
    "scopes": [
      "items:read"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          },
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "ParkedItemPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "resolveParked": {
    "operationId": "resolveParked",
    "method": "POST",
    "path": "/v1/parked/resolve",
    "openapiPath": "/v1/parked/resolve",
    "tags": [
      "failures"
    ],
    "summary": "Decide on parked items",
    "scopes": [
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "ParkedDecision",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "ParkedReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "request_timeout",
      "replaced_too_often",
      "body_too_large",
      "line_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listChannels": {
    "operationId": "listChannels",
    "method": "GET",
    "path": "/v1/channels",
    "openapiPath": "/v1/channels",
    "tags": [
      "channels"
    ],
    "summary": "List channels",
    "scopes": [
      "channels:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "ChannelPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getChannel": {
    "operationId": "getChannel",
    "method": "GET",
    "path": "/v1/channels/:channel",
    "openapiPath": "/v1/channels/{channel}",
    "tags": [
      "channels"
    ],
    "summary": "Get a channel",
    "scopes": [
      "channels:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "rate_limited",
      "internal_error",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "putChannel": {
    "operationId": "putChannel",
    "method": "PUT",
    "path": "/v1/channels/:channel",
    "openapiPath": "/v1/channels/{channel}",
    "tags": [
      "channels"
    ],
    "summary": "Make or replace a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "ChannelConfig",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "201": {
        "headers": [
          "X-Request-Id",
          "Location",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "module_not_settable",
      "channel_not_settable",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deleteChannel": {
    "operationId": "deleteChannel",
    "method": "DELETE",
    "path": "/v1/channels/:channel",
    "openapiPath": "/v1/channels/{channel}",
    "tags": [
      "channels"
    ],
    "summary": "Delete a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_settable",
      "channel_not_found",
      "channel_in_use",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "pauseChannel": {
    "operationId": "pauseChannel",
    "method": "POST",
    "path": "/v1/channels/:channel/pause",
    "openapiPath": "/v1/channels/{channel}/pause",
    "tags": [
      "channels"
    ],
    "summary": "Pause a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "resumeChannel": {
    "operationId": "resumeChannel",
    "method": "POST",
    "path": "/v1/channels/:channel/resume",
    "openapiPath": "/v1/channels/{channel}/resume",
    "tags": [
      "channels"
    ],
    "summary": "Resume a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "unblockChannel": {
    "operationId": "unblockChannel",
    "method": "POST",
    "path": "/v1/channels/:channel/unblock",
    "openapiPath": "/v1/channels/{channel}/unblock",
    "tags": [
      "channels"
    ],
    "summary": "Lift a Retry-After",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Channel",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "testChannel": {
    "operationId": "testChannel",
    "method": "POST",
    "path": "/v1/channels/:channel/test",
    "openapiPath": "/v1/channels/{channel}/test",
    "tags": [
      "channels"
    ],
    "summary": "Test a channel with one item",
    "scopes": [
      "channels:read",
      "jobs:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "ChannelTestRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 16777216
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "ChannelTest",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "invalid_item",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "request_timeout",
      "channel_held",
      "connector_unavailable",
      "body_too_large",
      "line_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listCredentials": {
    "operationId": "listCredentials",
    "method": "GET",
    "path": "/v1/channels/:channel/credentials",
    "openapiPath": "/v1/channels/{channel}/credentials",
    "tags": [
      "channels"
    ],
    "summary": "List the credentials of a channel",
    "scopes": [
      "admin"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          }
        },
        "required": [
          "channel"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "CredentialsPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "putCredentials": {
    "operationId": "putCredentials",
    "method": "PUT",
    "path": "/v1/channels/:channel/credentials/:subscription",
    "openapiPath": "/v1/channels/{channel}/credentials/{subscription}",
    "tags": [
      "channels"
    ],
    "summary": "Set credentials of a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          },
          "subscription": {
            "$ref": "waybill#/$defs/CredentialsSubscription"
          }
        },
        "required": [
          "channel",
          "subscription"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "target": {
            "type": "string",
            "enum": [
              "connector",
              "payload"
            ],
            "default": "connector"
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "Credentials",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "CredentialsEntry",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "request_timeout",
      "credentials_limit_reached",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deleteCredentials": {
    "operationId": "deleteCredentials",
    "method": "DELETE",
    "path": "/v1/channels/:channel/credentials/:subscription",
    "openapiPath": "/v1/channels/{channel}/credentials/{subscription}",
    "tags": [
      "channels"
    ],
    "summary": "Delete credentials of a channel",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
          },
          "subscription": {
            "$ref": "waybill#/$defs/CredentialsSubscription"
          }
        },
        "required": [
          "channel",
          "subscription"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "target": {
            "type": "string",
            "enum": [
              "connector",
              "payload"
            ],
            "default": "connector"
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "channel_not_found",
      "credentials_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listTokens": {
    "operationId": "listTokens",
    "method": "GET",
    "path": "/v1/tokens",
    "openapiPath": "/v1/tokens",
    "tags": [
      "access"
    ],
    "summary": "List access tokens",
    "scopes": [
      "tokens:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "AccessTokenPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "createToken": {
    "operationId": "createToken",
    "method": "POST",
    "path": "/v1/tokens",
    "openapiPath": "/v1/tokens",
    "tags": [
      "access"
    ],
    "summary": "Create an access token",
    "scopes": [
      "tokens:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "idempotency-key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 257
          },
          "content-encoding": {
            "type": "string",
            "enum": [
              "gzip",
              "identity"
            ]
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "AccessTokenRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "201": {
        "headers": [
          "X-Request-Id",
          "Idempotent-Replayed",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "CreatedAccessToken",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "410": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "422": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "request_timeout",
      "idempotency_in_progress",
      "token_limit_reached",
      "token_revoked",
      "body_too_large",
      "unsupported_media_type",
      "idempotency_mismatch",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "revokeToken": {
    "operationId": "revokeToken",
    "method": "DELETE",
    "path": "/v1/tokens/:tokenId",
    "openapiPath": "/v1/tokens/{tokenId}",
    "tags": [
      "access"
    ],
    "summary": "Revoke an access token",
    "scopes": [
      "tokens:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "tokenId": {
            "$ref": "waybill#/$defs/AccessTokenId"
          }
        },
        "required": [
          "tokenId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "token_not_found",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listWebhookEndpoints": {
    "operationId": "listWebhookEndpoints",
    "method": "GET",
    "path": "/v1/webhook-endpoints",
    "openapiPath": "/v1/webhook-endpoints",
    "tags": [
      "webhooks"
    ],
    "summary": "List webhook endpoints",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpointPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "createWebhookEndpoint": {
    "operationId": "createWebhookEndpoint",
    "method": "POST",
    "path": "/v1/webhook-endpoints",
    "openapiPath": "/v1/webhook-endpoints",
    "tags": [
      "webhooks"
    ],
    "summary": "Create a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookEndpointRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "201": {
        "headers": [
          "X-Request-Id",
          "Location",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "CreatedWebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_limit_reached",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getWebhookEndpoint": {
    "operationId": "getWebhookEndpoint",
    "method": "GET",
    "path": "/v1/webhook-endpoints/:endpointId",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}",
    "tags": [
      "webhooks"
    ],
    "summary": "Get a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "updateWebhookEndpoint": {
    "operationId": "updateWebhookEndpoint",
    "method": "PATCH",
    "path": "/v1/webhook-endpoints/:endpointId",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}",
    "tags": [
      "webhooks"
    ],
    "summary": "Change a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookEndpointUpdate",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "body_too_large",
      "unsupported_media_type",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deleteWebhookEndpoint": {
    "operationId": "deleteWebhookEndpoint",
    "method": "DELETE",
    "path": "/v1/webhook-endpoints/:endpointId",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}",
    "tags": [
      "webhooks"
    ],
    "summary": "Delete a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "rotateWebhookSecret": {
    "operationId": "rotateWebhookSecret",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/rotate-secret",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/rotate-secret",
    "tags": [
      "webhooks"
    ],
    "summary": "Rotate the secret of a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookSecretRotation",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "CreatedWebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "revokePreviousWebhookSecret": {
    "operationId": "revokePreviousWebhookSecret",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/revoke-previous-secret",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/revoke-previous-secret",
    "tags": [
      "webhooks"
    ],
    "summary": "Revoke the previous secret of a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "enableWebhookEndpoint": {
    "operationId": "enableWebhookEndpoint",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/enable",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/enable",
    "tags": [
      "webhooks"
    ],
    "summary": "Enable a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookEnabling",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "disableWebhookEndpoint": {
    "operationId": "disableWebhookEndpoint",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/disable",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/disable",
    "tags": [
      "webhooks"
    ],
    "summary": "Disable a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookEndpoint",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "testWebhookEndpoint": {
    "operationId": "testWebhookEndpoint",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/test",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/test",
    "tags": [
      "webhooks"
    ],
    "summary": "Send a test event",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookTestReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "replayWebhookEvents": {
    "operationId": "replayWebhookEvents",
    "method": "POST",
    "path": "/v1/webhook-endpoints/:endpointId/replay",
    "openapiPath": "/v1/webhook-endpoints/{endpointId}/replay",
    "tags": [
      "webhooks"
    ],
    "summary": "Replay events of a webhook endpoint",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "endpointId": {
            "$ref": "waybill#/$defs/WebhookEndpointId"
          }
        },
        "required": [
          "endpointId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookReplayRequest",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "202": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookReplayReceipt",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "webhook_endpoint_not_found",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getJobWebhooks": {
    "operationId": "getJobWebhooks",
    "method": "GET",
    "path": "/v1/job-webhooks",
    "openapiPath": "/v1/job-webhooks",
    "tags": [
      "webhooks"
    ],
    "summary": "Get the settings of jobs' webhooks",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "JobWebhooks",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "updateJobWebhooks": {
    "operationId": "updateJobWebhooks",
    "method": "PATCH",
    "path": "/v1/job-webhooks",
    "openapiPath": "/v1/job-webhooks",
    "tags": [
      "webhooks"
    ],
    "summary": "Change the settings of jobs' webhooks",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "JobWebhooksUpdate",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "JobWebhooks",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "rotateJobWebhookSecret": {
    "operationId": "rotateJobWebhookSecret",
    "method": "POST",
    "path": "/v1/job-webhooks/rotate-secret",
    "openapiPath": "/v1/job-webhooks/rotate-secret",
    "tags": [
      "webhooks"
    ],
    "summary": "Rotate the secret of jobs' webhooks",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "WebhookSecretRotation",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "RotatedJobWebhooks",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listWebhookDeliveries": {
    "operationId": "listWebhookDeliveries",
    "method": "GET",
    "path": "/v1/webhook-deliveries",
    "openapiPath": "/v1/webhook-deliveries",
    "tags": [
      "webhooks"
    ],
    "summary": "List webhook deliveries",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "endpointId": {
            "type": "array",
            "maxItems": 50,
            "items": {
              "$ref": "waybill#/$defs/WebhookEndpointId"
            }
          },
          "eventType": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/WebhookEventType"
            }
          },
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/ItemStatus"
            }
          },
          "jobId": {
            "type": "array",
            "maxItems": 100,
            "items": {
              "$ref": "waybill#/$defs/JobId"
            }
          },
          "include": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "type": "string",
              "enum": [
                "body"
              ]
            }
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [
      "include"
    ],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookDeliveryPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listJobWebhookDeliveries": {
    "operationId": "listJobWebhookDeliveries",
    "method": "GET",
    "path": "/v1/jobs/:jobId/webhook-deliveries",
    "openapiPath": "/v1/jobs/{jobId}/webhook-deliveries",
    "tags": [
      "webhooks"
    ],
    "summary": "List the webhook deliveries of a job",
    "scopes": [
      "webhooks:write"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          }
        },
        "required": [
          "jobId"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "endpointId": {
            "type": "array",
            "maxItems": 50,
            "items": {
              "$ref": "waybill#/$defs/WebhookEndpointId"
            }
          },
          "eventType": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/WebhookEventType"
            }
          },
          "status": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "$ref": "waybill#/$defs/ItemStatus"
            }
          },
          "include": {
            "type": "array",
            "maxItems": 16,
            "items": {
              "type": "string",
              "enum": [
                "body"
              ]
            }
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [
      "include"
    ],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "WebhookDeliveryPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "job_not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listAudit": {
    "operationId": "listAudit",
    "method": "GET",
    "path": "/v1/audit",
    "openapiPath": "/v1/audit",
    "tags": [
      "access"
    ],
    "summary": "List the audit",
    "scopes": [
      "audit:read"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "actor": {
            "type": "string",
            "pattern": "^(tok_[0-9a-f]{32}|admin|dev|anonymous|command|server)$",
            "maxLength": 36
          },
          "action": {
            "type": "string",
            "pattern": "^[A-Za-z]{1,64}$",
            "maxLength": 64
          },
          "jobId": {
            "$ref": "waybill#/$defs/JobId"
          },
          "channel": {
            "$ref": "waybill#/$defs/ChannelName"
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
          },
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "AuditPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listSubscriptions": {
    "operationId": "listSubscriptions",
    "method": "GET",
    "path": "/v1/subscriptions",
    "openapiPath": "/v1/subscriptions",
    "tags": [
      "access"
    ],
    "summary": "List subscriptions",
    "scopes": [
      "admin"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "pageSize": {
            "type": "integer",
            "minimum": 1,
            "maximum": 2147483647,
            "default": 100
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "SubscriptionPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getSubscription": {
    "operationId": "getSubscription",
    "method": "GET",
    "path": "/v1/subscriptions/:subscription",
    "openapiPath": "/v1/subscriptions/{subscription}",
    "tags": [
      "access"
    ],
    "summary": "Get a subscription",
    "scopes": [
      "admin"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "subscription": {
            "$ref": "waybill#/$defs/SubscriptionName"
          }
        },
        "required": [
          "subscription"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Subscription",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "subscription_not_found",
      "rate_limited",
      "internal_error",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "putSubscription": {
    "operationId": "putSubscription",
    "method": "PUT",
    "path": "/v1/subscriptions/:subscription",
    "openapiPath": "/v1/subscriptions/{subscription}",
    "tags": [
      "access"
    ],
    "summary": "Set the limits of a subscription",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "subscription": {
            "$ref": "waybill#/$defs/SubscriptionName"
          }
        },
        "required": [
          "subscription"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": {
      "required": true,
      "content": {
        "application/json": {
          "schema": "SubscriptionConfig",
          "lineSchemas": [],
          "eventSchema": null,
          "maxBytes": 65536
        }
      }
    },
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Subscription",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "201": {
        "headers": [
          "X-Request-Id",
          "Location",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Location"
        ],
        "content": {
          "application/json": {
            "schema": "Subscription",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "408": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "413": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "415": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "request_timeout",
      "subscription_not_settable",
      "body_too_large",
      "unsupported_media_type",
      "rate_limited",
      "internal_error",
      "overloaded",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "deleteSubscription": {
    "operationId": "deleteSubscription",
    "method": "DELETE",
    "path": "/v1/subscriptions/:subscription",
    "openapiPath": "/v1/subscriptions/{subscription}",
    "tags": [
      "access"
    ],
    "summary": "Return a subscription to the defaults",
    "scopes": [
      "admin"
    ],
    "audit": "change",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {
          "subscription": {
            "$ref": "waybill#/$defs/SubscriptionName"
          }
        },
        "required": [
          "subscription"
        ],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "204": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {}
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "409": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "subscription_not_found",
      "subscription_not_settable",
      "rate_limited",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "search": {
    "operationId": "search",
    "method": "GET",
    "path": "/v1/search",
    "openapiPath": "/v1/search",
    "tags": [
      "server"
    ],
    "summary": "Find by an id or a value",
    "scopes": [
      "jobs:read"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "q": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256,
            "x-max-bytes": 256
          },
          "kind": {
            "type": "array",
            "maxItems": 6,
            "items": {
              "$ref": "waybill#/$defs/SearchKind"
            }
          },
          "pageToken": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024
          }
        },
        "required": [
          "q"
        ],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "SearchPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getStats": {
    "operationId": "getStats",
    "method": "GET",
    "path": "/v1/stats",
    "openapiPath": "/v1/stats",
    "tags": [
      "channels"
    ],
    "summary": "Get figures of channels over time",
    "scopes": [
      "channels:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {
          "windowSeconds": {
            "type": "integer",
            "minimum": 10,
            "maximum": 3600,
            "default": 600
          },
          "stepSeconds": {
            "type": "integer",
            "minimum": 10,
            "maximum": 3600,
            "multipleOf": 10,
            "default": 10
          },
          "channel": {
            "type": "array",
            "maxItems": 200,
            "items": {
              "$ref": "waybill#/$defs/ChannelName"
            }
          },
          "subscriptions": {
            "type": "string",
            "enum": [
              "own",
              "all"
            ],
            "default": "own"
          }
        },
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Stats",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "streamUpdates": {
    "operationId": "streamUpdates",
    "method": "GET",
    "path": "/v1/events",
    "openapiPath": "/v1/events",
    "tags": [
      "jobs"
    ],
    "summary": "Follow all jobs by server-sent events",
    "scopes": [
      "jobs:read"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {
          "last-event-id": {
            "type": "string",
            "maxLength": 16384
          }
        },
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "text/event-stream": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": "UpdateEvent",
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getSelf": {
    "operationId": "getSelf",
    "method": "GET",
    "path": "/v1/self",
    "openapiPath": "/v1/self",
    "tags": [
      "access"
    ],
    "summary": "Get the caller",
    "scopes": [],
    "audit": "none",
    "jobBound": true,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Self",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getLimits": {
    "operationId": "getLimits",
    "method": "GET",
    "path": "/v1/limits",
    "openapiPath": "/v1/limits",
    "tags": [
      "server"
    ],
    "summary": "Get the limits",
    "scopes": [],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "Limits",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "listServers": {
    "operationId": "listServers",
    "method": "GET",
    "path": "/v1/servers",
    "openapiPath": "/v1/servers",
    "tags": [
      "server"
    ],
    "summary": "List the servers",
    "scopes": [
      "metrics"
    ],
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "Cache-Control",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "Cache-Control"
        ],
        "content": {
          "application/json": {
            "schema": "ServerPage",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "rate_limited",
      "internal_error",
      "overloaded",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getLiveness": {
    "operationId": "getLiveness",
    "method": "GET",
    "path": "/healthz/live",
    "openapiPath": "/healthz/live",
    "tags": [
      "server"
    ],
    "summary": "Is the process alive",
    "scopes": null,
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Health",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "forbidden",
      "internal_error"
    ],
    "deprecation": null
  },
  "getReadiness": {
    "operationId": "getReadiness",
    "method": "GET",
    "path": "/healthz/ready",
    "openapiPath": "/healthz/ready",
    "tags": [
      "server"
    ],
    "summary": "Is the server ready for work",
    "scopes": null,
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "Readiness",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "forbidden",
      "internal_error",
      "disk_full",
      "store_damaged",
      "store_unavailable",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getOpenapi": {
    "operationId": "getOpenapi",
    "method": "GET",
    "path": "/openapi.json",
    "openapiPath": "/openapi.json",
    "tags": [
      "server"
    ],
    "summary": "Get this document",
    "scopes": null,
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/json": {
            "schema": "OpenapiDocument",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "forbidden",
      "rate_limited",
      "internal_error",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getMetrics": {
    "operationId": "getMetrics",
    "method": "GET",
    "path": "/metrics",
    "openapiPath": "/metrics",
    "tags": [
      "server"
    ],
    "summary": "Get the metrics",
    "scopes": [
      "metrics"
    ],
    "audit": "read",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "text/plain": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          },
          "application/openmetrics-text": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "400": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "401": {
        "headers": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "requiredHeaders": [
          "X-Request-Id",
          "WWW-Authenticate"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "404": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "bad_request",
      "unknown_field",
      "unauthenticated",
      "forbidden",
      "not_found",
      "rate_limited",
      "internal_error",
      "overloaded",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  },
  "getErrorDocs": {
    "operationId": "getErrorDocs",
    "method": "GET",
    "path": "/docs/errors",
    "openapiPath": "/docs/errors",
    "tags": [
      "server"
    ],
    "summary": "Read about the problem codes",
    "scopes": null,
    "audit": "none",
    "jobBound": false,
    "parameters": {
      "path": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "query": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false
      },
      "headers": {
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": true
      }
    },
    "commaSeparated": [],
    "requestBody": null,
    "responses": {
      "200": {
        "headers": [
          "X-Request-Id"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "text/html": {
            "schema": null,
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "403": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "429": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "500": {
        "headers": [
          "X-Request-Id",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      },
      "503": {
        "headers": [
          "X-Request-Id",
          "Retry-After",
          "RateLimit",
          "RateLimit-Policy"
        ],
        "requiredHeaders": [
          "X-Request-Id"
        ],
        "content": {
          "application/problem+json": {
            "schema": "Problem",
            "lineSchemas": [],
            "eventSchema": null,
            "maxBytes": null
          }
        }
      }
    },
    "problemCodes": [
      "forbidden",
      "rate_limited",
      "internal_error",
      "owner_unavailable",
      "stopping"
    ],
    "deprecation": null
  }
}
