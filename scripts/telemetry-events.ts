// The table of telemetry events in ARCHITECTURE.md: names, sentences and fields as server/src/runtime/telemetry.ts declares them.
//
//   node scripts/telemetry-events.ts        writes the table (a part of `npm run generate`)

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { withWrittenTable } from './written-table.ts'

export interface EventRow {
  readonly name: string
  /** The comment of the declaration. */
  readonly when: string
  readonly fields: readonly string[]
}

const root = join(import.meta.dirname, '..')
const PAGE = 'ARCHITECTURE.md'
const SOURCE = 'server/src/runtime/telemetry.ts'
const EVENTS = 'TelemetryEvents'

/** The events that a source declares. @throws Error when it declares none, or one without a comment */
export function readEvents(text: string): EventRow[] {
  const source = ts.createSourceFile(SOURCE, text, ts.ScriptTarget.Latest, true)
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, one]))
  const events = interfaces.get(EVENTS)
  if (events === undefined) throw new Error(`Cannot list the events as ${SOURCE} must declare ${EVENTS}: it does not`)
  return events.members.filter(ts.isPropertySignature).map((member) => {
    const name = member.name.getText().slice(1, -1)
    const when = ts
      .getJSDocCommentsAndTags(member)
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
      .join(' ')
      .replaceAll(/\s+/g, ' ')
    if (when === '')
      throw new Error(`Cannot list the events as ${name} must have a comment that says when: it has none`)
    return { name, when, fields: fieldsOf(member.type!, interfaces) }
  })
}

/** The members of an event, those of the interfaces it extends first. */
function fieldsOf(type: ts.TypeNode, interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>): string[] {
  if (ts.isTypeLiteralNode(type)) return namesOf(type.members)
  const declared = interfaces.get(type.getText())
  return declared === undefined ? [] : fieldsOfInterface(declared, interfaces)
}

function fieldsOfInterface(
  declared: ts.InterfaceDeclaration,
  interfaces: ReadonlyMap<string, ts.InterfaceDeclaration>,
): string[] {
  const bases =
    declared.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => expression.getText())) ?? []
  const inherited = bases.flatMap((base) => fieldsOfInterface(interfaces.get(base)!, interfaces))
  return [...inherited, ...namesOf(declared.members)]
}

function namesOf(members: ts.NodeArray<ts.TypeElement>): string[] {
  return members.map((member) => member.name!.getText())
}

/** The page with the table between its marks. @throws Error when a mark is missing */
export function withEvents(page: string, events: readonly EventRow[]): string {
  const rows = events.map(({ name, when, fields }) => `| \`${name}\` | ${when} | ${fields.join(', ')} |`)
  return withWrittenTable(page, 'scripts/telemetry-events.ts', ['| event | when | fields |', '|---|---|---|', ...rows])
}

/** The events that the source declares now. */
export function declaredEvents(): EventRow[] {
  return readEvents(readFileSync(join(root, SOURCE), 'utf8'))
}

if (import.meta.main) {
  const page = join(root, PAGE)
  writeFileSync(page, withEvents(readFileSync(page, 'utf8'), declaredEvents()))
}
