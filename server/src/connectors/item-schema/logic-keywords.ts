import type { Keyword, SchemaPlace } from './keyword.ts'
import { type Evaluated, isObject, judge, type SchemaNode } from './schema-node.ts'
import type { NotedFault, SchemaRun } from './schema-run.ts'

/*
 * Keywords that apply other schemas to the same value.
 */

export const logicKeywords: readonly Keyword[] = [
  {
    names: ['$ref'],
    make({ schema, reference }) {
      const target = reference(schema['$ref'])
      return (value, run, evaluated) => judge(target.node, value, run, evaluated)
    },
  },
  {
    names: ['allOf'],
    make(at) {
      const nodes = list(at, 'allOf')
      return (value, run, evaluated) => {
        let isValid = true
        for (const node of nodes) {
          if (judge(node, value, run, evaluated)) continue
          isValid = false
          if (!run.continues) break
        }
        return isValid
      }
    },
  },
  {
    names: ['anyOf'],
    make(at) {
      const nodes = list(at, 'anyOf')
      return (value, run, evaluated) => {
        const { valid, branches } = judgeBranches(nodes, value, run, evaluated, 1)
        return valid > 0 || failedAll(run, branches, 'anyOf')
      }
    },
  },
  {
    names: ['oneOf'],
    make(at) {
      const nodes = list(at, 'oneOf')
      return (value, run, evaluated) => {
        const { valid, branches } = judgeBranches(nodes, value, run, evaluated, 2)
        if (valid === 0) return failedAll(run, branches, 'oneOf')
        return (
          valid === 1 ||
          run.fault(`must be valid by one of the ${nodes.length} schemas of oneOf alone: it is by several`)
        )
      }
    },
  },
  {
    names: ['not'],
    make({ schema, same }) {
      const node = same(schema['not'], 'not')
      return (value, run) =>
        !run.quietly(() => judge(node, value, run)) || run.fault('must not be valid by the schema of not')
    },
  },
  {
    names: ['if', 'then', 'else'],
    make({ schema, same }) {
      const [condition, then, otherwise] = ['if', 'then', 'else'].map((name) =>
        name in schema ? same(schema[name], name) : null,
      )
      if (condition == null) return null
      return (value, run, evaluated) => {
        const branch = run.quietly(() => judge(condition, value, run, evaluated)) ? then : otherwise
        return branch == null || judge(branch, value, run, evaluated)
      }
    },
  },
  {
    names: ['dependentSchemas'],
    make({ schema, same, fault }) {
      const schemas = schema['dependentSchemas']
      if (!isObject(schemas)) return fault('must be an object of schemas', 'dependentSchemas')
      const nodes = Object.entries(schemas).map(([name, one]) => [name, same(one, 'dependentSchemas', name)] as const)
      return (value, run, evaluated) => {
        if (!isObject(value)) return true
        run.spend(nodes.length)
        let isValid = true
        for (const [name, node] of nodes) {
          if (!Object.hasOwn(value, name) || judge(node, value, run, evaluated)) continue
          isValid = false
          if (!run.continues) break
        }
        return isValid
      }
    },
  },
]

function list({ schema, same, fault }: SchemaPlace, keyword: string): SchemaNode[] {
  const value = schema[keyword]
  if (Array.isArray(value) && value.length > 0) return value.map((one, n) => same(one, keyword, n))
  fault('must be a list of at least one schema', keyword)
  return []
}

/** Judges a value by several schemas, of which `enough` decide. */
function judgeBranches(
  nodes: readonly SchemaNode[],
  value: unknown,
  run: SchemaRun,
  evaluated: Evaluated | null,
  enough: number,
): { readonly valid: number; readonly branches: readonly (readonly NotedFault[])[] } {
  let valid = 0
  const branches: (readonly NotedFault[])[] = []
  for (const node of nodes) {
    const { isValid, faults } = run.apart(() => judge(node, value, run, evaluated))
    if (isValid) valid++
    else branches.push(faults)
    // What the others judge of the value counts as well.
    if (valid >= enough && evaluated === null) break
  }
  return { valid, branches }
}

/**
 * Notes why no branch accepts a value: what all of them require of it, or the faults of the branch that came furthest, which is the one that was
 * meant.
 */
function failedAll(run: SchemaRun, branches: readonly (readonly NotedFault[])[], keyword: string): false {
  if (!run.notes) return false
  const depth = (faults: readonly NotedFault[]): number => faults[0]?.path.length ?? 0
  const [best, ...others] = [...branches].sort((a, b) => depth(b) - depth(a))
  if (best !== undefined && best.length > 0 && others.every((other) => depth(other) < depth(best))) return run.add(best)
  const details = new Set(branches.map((faults) => faults[0]?.detail ?? ''))
  if (branches.every((faults) => faults.length === 1 && depth(faults) === run.path.length)) {
    return run.fault([...details].join(', or '))
  }
  return run.fault(`must be valid by one of the ${branches.length} schemas of ${keyword}: it is by none`)
}
