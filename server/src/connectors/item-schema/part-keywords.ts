import type { Keyword, SchemaPlace } from './keyword.ts'
import { isObject, judge, judgePart, memberNames, type SchemaNode } from './schema-node.ts'
import type { SchemaPattern } from './schema-pattern.ts'
import { count } from './value-keywords.ts'

/*
 * Keywords that judge the members and elements of a value.
 */

export const partKeywords: readonly Keyword[] = [
  {
    names: ['propertyNames'],
    make({ schema, part }) {
      const node = part(schema['propertyNames'], 'propertyNames')
      return (value, run) => {
        if (!isObject(value)) return true
        let isValid = true
        for (const name of memberNames(value, run)) {
          if (run.quietly(() => judge(node, name, run))) continue
          isValid = run.fault('is not a valid name', name)
          if (!run.continues) break
        }
        return isValid
      }
    },
  },
  {
    names: ['properties', 'patternProperties', 'additionalProperties'],
    make(at) {
      const { schema } = at
      const known = new Map(memberSchemas(at, 'properties'))
      const patterns: [SchemaPattern, SchemaNode][] = []
      for (const [source, node] of memberSchemas(at, 'patternProperties')) {
        const pattern = at.pattern(source, 'patternProperties', source)
        if (pattern !== null) patterns.push([pattern, node])
      }
      const others =
        'additionalProperties' in schema ? at.part(schema['additionalProperties'], 'additionalProperties') : null
      return (value, run, evaluated) => {
        if (!isObject(value)) return true
        let isValid = true
        for (const name of memberNames(value, run)) {
          const member = value[name]
          const own = known.get(name)
          let isKnown = own !== undefined
          if (own !== undefined && !judgePart(own, member, name, run)) isValid = false
          for (const [pattern, node] of patterns) {
            run.spend(pattern.cost(name.length))
            if (!pattern.test(name)) continue
            isKnown = true
            if (!judgePart(node, member, name, run)) isValid = false
          }
          if (!isKnown && others !== null && !judgePart(others, member, name, run)) isValid = false
          if (isKnown || others !== null) evaluated?.names.add(name)
          if (!isValid && !run.continues) break
        }
        return isValid
      }
    },
  },
  {
    names: ['prefixItems', 'items'],
    make(at) {
      const { schema } = at
      const list = schema['prefixItems'] ?? []
      if (!Array.isArray(list)) return at.fault('must be a list of schemas', 'prefixItems')
      const first = list.map((one, n) => at.part(one, 'prefixItems', n))
      if (Array.isArray(schema['items'])) return at.fault('must be one schema: a list of them is prefixItems', 'items')
      const rest = 'items' in schema ? at.part(schema['items'], 'items') : null
      return (value, run, evaluated) => {
        if (!Array.isArray(value)) return true
        let isValid = true
        const end = rest === null ? Math.min(first.length, value.length) : value.length
        for (let n = 0; n < end; n++) {
          if (judgePart(first[n] ?? rest!, value[n], n, run)) continue
          isValid = false
          if (!run.continues) break
        }
        if (evaluated !== null) evaluated.items = Math.max(evaluated.items, end)
        return isValid
      }
    },
  },
  {
    names: ['contains', 'minContains', 'maxContains'],
    make(at) {
      const { schema } = at
      const [min, max] = [count(at, 'minContains', 1), count(at, 'maxContains', Infinity)]
      if (min === null || max === null || !('contains' in schema)) return null
      const node = at.part(schema['contains'], 'contains')
      return (value, run, evaluated) => {
        if (!Array.isArray(value)) return true
        let found = 0
        for (const [n, element] of value.entries()) {
          if (!run.quietly(() => judge(node, element, run))) continue
          found++
          evaluated?.contained.add(n)
          if (found > max || (found >= min && max === Infinity && evaluated === null)) break
        }
        if (found < min)
          return run.fault(`must have at least ${min} elements that are valid by contains: current value has ${found}`)
        return (
          found <= max ||
          run.fault(`must have at most ${max} elements that are valid by contains: current value has more`)
        )
      }
    },
  },
]

/** Judged last: they look at what the others have left. */
export const leftoverKeywords: readonly Keyword[] = [
  {
    names: ['unevaluatedItems'],
    make({ schema, part }) {
      const node = part(schema['unevaluatedItems'], 'unevaluatedItems')
      return (value, run, evaluated) => {
        if (!Array.isArray(value) || evaluated === null) return true
        let isValid = true
        for (let n = evaluated.items; n < value.length; n++) {
          run.spend(1)
          if (evaluated.contained.has(n) || judgePart(node, value[n], n, run)) continue
          isValid = false
          if (!run.continues) break
        }
        evaluated.items = value.length
        return isValid
      }
    },
  },
  {
    names: ['unevaluatedProperties'],
    make({ schema, part }) {
      const node = part(schema['unevaluatedProperties'], 'unevaluatedProperties')
      return (value, run, evaluated) => {
        if (!isObject(value) || evaluated === null) return true
        let isValid = true
        for (const name of memberNames(value, run)) {
          if (evaluated.names.has(name)) continue
          evaluated.names.add(name)
          if (judgePart(node, value[name], name, run)) continue
          isValid = false
          if (!run.continues) break
        }
        return isValid
      }
    },
  },
]

/** The schemas of an object of them. */
function memberSchemas({ schema, part, fault }: SchemaPlace, keyword: string): [string, SchemaNode][] {
  const value = schema[keyword]
  if (value === undefined) return []
  if (!isObject(value)) {
    fault('must be an object of schemas', keyword)
    return []
  }
  return Object.entries(value).map(([name, one]) => [name, part(one, keyword, name)])
}
