import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  listOperations,
  listWebhooks,
  readSpec,
  schemaName,
  type JsonSchema,
  type MediaType,
  type SpecDocument,
} from './generate/spec-document.ts'

const spec = readSpec(new URL('./openapi.yaml', import.meta.url))
const operations = listOperations(spec)
const everyOperation = [...operations, ...listWebhooks(spec)]
const { schemas } = spec.components
/** As the server shows it. */
const served = JSON.parse(readFileSync(new URL('./generated/openapi.json', import.meta.url), 'utf8')) as SpecDocument
const problems = spec.components['x-problem-codes']

describe('openapi.yaml', () => {
  it('passes the linter', () => {
    const run = () =>
      execFileSync('redocly', ['lint', 'openapi.yaml', '--config', 'redocly.yaml', '--format', 'summary'], {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: {
          ...process.env,
          PATH: `${fileURLToPath(new URL('node_modules/.bin', import.meta.url))}:${process.env['PATH']}`,
          REDOCLY_TELEMETRY: 'off',
          REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
        },
        stdio: 'pipe',
      })
    expect(run).not.toThrow()
  })

  it('is what the generated files were made from', () => {
    const run = () =>
      execFileSync(process.execPath, [fileURLToPath(new URL('generate.ts', import.meta.url)), '--check'], {
        stdio: 'pipe',
      })
    expect(run).not.toThrow()
  })

  it('uses every component schema', () => {
    const used = new Set<string>()
    JSON.stringify(spec, (key, value: unknown) => {
      if (key === '$ref' && typeof value === 'string') used.add(value.slice(value.lastIndexOf('/') + 1))
      if (key === 'x-line-schemas') for (const name of value as string[]) used.add(name)
      if (key === 'x-event-schema') used.add(value as string)
      return value
    })
    expect(Object.keys(schemas).filter((name) => !used.has(name))).toEqual([])
  })
})

describe('component names', () => {
  const { 'x-problem-codes': _, ...kinds } = served.components

  it('are each used once, so that a generator can make a type of each', () => {
    const names = Object.values(kinds).flatMap((components) => Object.keys(components))
    const ids = names.map((name) => name.replaceAll(/[-_]/g, '').toLowerCase())
    expect(names.filter((_name, at) => ids.indexOf(ids[at]!) !== at)).toEqual([])
  })

  it('are not those of a schema with the name of a field that refers to them', () => {
    // orval names a constant after schema and field: those for the zeros of `Channel.state` and of a schema `ChannelState` would be one.
    const numbers = (name: string): boolean => JSON.stringify(schemas[name]).includes('"minimum":0')
    const doubled = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties as Record<string, JsonSchema>)
        .map(([field, schema]) => ({ joined: (name + field).toLowerCase(), target: schemaName(schema) ?? '' }))
        .filter(({ joined, target }) => target.toLowerCase() === joined && numbers(target)),
    )
    expect(doubled).toEqual([])
  })
})

describe('the served document', () => {
  it('shows values, and no variables of the tests', () => {
    expect(JSON.stringify(served)).not.toMatch(/\{\{/)
  })

  it('refers to nothing that is not in it', () => {
    const refs = [...JSON.stringify(served).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!)
    const missing = refs.filter((path) => {
      let target: unknown = served
      for (const key of path.split('/')) target = (target as Record<string, unknown> | undefined)?.[key]
      return target === undefined
    })
    expect(refs.length).toBeGreaterThan(0)
    expect(missing).toEqual([])
  })
})

describe('descriptions and examples', () => {
  it.each(everyOperation.map((entry) => [entry.operation.operationId, entry] as const))(
    'are on %s, its parameters, bodies and answers',
    (_, { operation, parameters, responses }) => {
      const missing: string[] = []
      const want = (place: string, text: unknown) => {
        if (typeof text !== 'string' || text.trim() === '') missing.push(place)
      }
      want('summary', operation.summary)
      want('description', operation.description)
      if (operation.requestBody !== undefined) want('requestBody', operation.requestBody.description)
      for (const parameter of parameters) {
        want(`parameter ${parameter.name}`, parameter.description)
        if (parameter.example === undefined) missing.push(`example of parameter ${parameter.name}`)
      }
      for (const [status, response] of Object.entries(responses)) want(`response ${status}`, response.description)
      expect(missing).toEqual([])
    },
  )

  it('are on every header', () => {
    const without = Object.entries(spec.components.headers).filter(
      ([, header]) => !header.description || header.example === undefined,
    )
    expect(without.map(([name]) => name)).toEqual([])
  })

  it.each(Object.entries(schemas))('are on %s and its fields', (name, schema) => {
    const missing: string[] = []
    if (!schema['description']) missing.push(name)
    for (const [place, field] of fieldsOf(name, schema)) {
      const target = schemas[schemaName(field) ?? '']
      if (!(field['description'] ?? target?.['description'])) missing.push(`description of ${place}`)
      if (!hasExample(field)) missing.push(`example of ${place}`)
    }
    expect(missing).toEqual([])
  })

  it('are on every problem code', () => {
    const without = Object.entries(problems).filter(
      ([, problem]) => !problem.title || !problem.description || !problem.action,
    )
    expect(without).toEqual([])
  })
})

describe('requests', () => {
  it('are closed and flat', () => {
    const roots = operations.flatMap(({ operation }) =>
      Object.values(operation.requestBody?.content ?? {}).flatMap(schemasOf),
    )
    expect(roots.length).toBeGreaterThan(0)
    const wrong = reachableFrom(roots).filter((name) => {
      const schema = schemas[name]!
      // A map of the caller's own keys is bounded by other means.
      const isMap = schema['properties'] === undefined
      return 'allOf' in schema || (schema['type'] === 'object' && !isMap && schema['additionalProperties'] !== false)
    })
    expect(wrong).toEqual([])
  })
})

describe('answers', () => {
  it('are open', () => {
    const roots = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap((response) => Object.values(response.content ?? {}).flatMap(schemasOf)),
    )
    // The parts of a configuration or an envelope are the same schemas as in the request that sets them.
    const shared = new Set([
      'RateLimitConfig',
      'RetryConfig',
      'RetryRule',
      'BackoffConfig',
      'CircuitConfig',
      'RateLimitRules',
      'HttpRequests',
      'HttpRequestTemplate',
      'HttpAnswerRules',
      'PayloadConfig',
      'PayloadRetry',
      'JobRetry',
      'JobBackoff',
      'JobDependency',
    ])
    const closed = reachableFrom(roots).filter(
      (name) => schemas[name]!['additionalProperties'] === false && !shared.has(name),
    )
    expect(closed).toEqual([])
  })

  it('name no schema by a discriminator', () => {
    expect(JSON.stringify(spec)).not.toContain('"discriminator"')
  })
})

describe('problem codes', () => {
  it('are the same in the list and in the enum', () => {
    expect(schemas['ProblemCode']!['enum']).toEqual(Object.keys(problems))
  })

  it.each(operations.map((entry) => [entry.operation.operationId, entry] as const))(
    'of %s are those of its answers',
    (_, { operation, responses }) => {
      const codes = operation['x-problem-codes']
      expect(codes.filter((code) => !(code in problems))).toEqual([])
      expect(new Set(codes).size).toBe(codes.length)
      const byCode = new Set(codes.map((code) => String(problems[code]!.status)))
      const answered = Object.keys(responses).filter((status) => Number(status) >= 400)
      expect([...byCode].sort()).toEqual(answered.sort())
      for (const status of answered) {
        expect(Object.keys(responses[status]!.content ?? {})).toEqual(['application/problem+json'])
      }
    },
  )

  it('are each answered by some operation', () => {
    const answered = new Set(operations.flatMap(({ operation }) => operation['x-problem-codes']))
    // Problems without an operation belong to none; an unmet dependency is reported in the job's own error.
    expect(Object.keys(problems).filter((code) => !answered.has(code))).toEqual([
      'method_not_allowed',
      'dependency_unmet',
    ])
  })
})

describe('scopes', () => {
  const known = [
    ...['jobs:read', 'jobs:write', 'items:read', 'channels:read', 'dead-letters:read', 'dead-letters:write'],
    ...['webhooks:write', 'pipelines:write', 'tokens:write', 'audit:read', 'metrics', 'admin'],
  ]
  const idsOf = (wanted: (security: { bearer: string[] }[]) => boolean): string[] =>
    operations.filter(({ operation }) => wanted(operation.security)).map(({ operation }) => operation.operationId)

  it('are those that a token can have', () => {
    expect(schemas['Scope']!['enum']).toEqual(known)
  })

  it('are named by every operation itself', () => {
    expect('security' in spec).toBe(false)
    expect(operations.filter(({ operation }) => !Array.isArray(operation.security))).toEqual([])
  })

  it('are known ones of the one scheme', () => {
    const wrong = idsOf((security) =>
      security.some(
        (schemes) => Object.keys(schemes).join() !== 'bearer' || schemes.bearer.some((scope) => !known.includes(scope)),
      ),
    )
    expect(wrong).toEqual([])
    expect(idsOf((security) => security.length > 1)).toEqual([])
  })

  it('are missing where any token is enough, or none is required', () => {
    expect(idsOf((security) => security[0]?.bearer.length === 0)).toEqual(['getSelf', 'getLimits'])
    expect(idsOf((security) => security.length === 0)).toEqual([
      ...['getLiveness', 'getReadiness', 'getOpenapi', 'getErrorDocs'],
    ])
  })

  it('let a caller that only reads change nothing', () => {
    const reads = operations.filter(({ operation }) => operation.security[0]?.bearer.every((s) => s.endsWith(':read')))
    expect(reads.filter(({ method }) => method !== 'get')).toEqual([])
    expect(reads.length).toBeGreaterThanOrEqual(10)
  })
})

function schemasOf(content: MediaType): string[] {
  const event = content['x-event-schema']
  const name = schemaName(content.schema)
  return [
    ...(name === null ? [] : [name]),
    ...(content['x-line-schemas'] ?? []),
    ...(event === undefined ? [] : [event]),
  ]
}

function reachableFrom(roots: readonly string[]): string[] {
  const seen = new Set<string>()
  const visit = (name: string) => {
    if (seen.has(name)) return
    seen.add(name)
    JSON.stringify(schemas[name], (key, value: unknown) => {
      if (key === '$ref' && typeof value === 'string') visit(value.slice(value.lastIndexOf('/') + 1))
      return value
    })
  }
  roots.forEach(visit)
  return [...seen]
}

function fieldsOf(place: string, schema: JsonSchema): [string, JsonSchema][] {
  const own = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  return own.flatMap(([name, field]) => [[`${place}.${name}`, field], ...fieldsOf(`${place}.${name}`, field)])
}

/** A field that refers to an object is shown by the object's own fields. */
function hasExample(field: JsonSchema): boolean {
  if (Array.isArray(field['examples']) && field['examples'].length > 0) return true
  const target = schemas[schemaName(field) ?? '']
  if (target === undefined) return false
  return hasExample(target) || target['properties'] !== undefined
}
