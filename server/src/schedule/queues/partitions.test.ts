import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ITEM_BYTES, ItemState, NONE } from './item-table.ts'
import { Partitions } from './partitions.ts'

interface ModelItem {
  readonly job: number
  readonly index: number
  readonly key: number
  itemHandle: number
  state: 'ready' | 'behind' | 'running' | 'held'
}

/** A model of partitions, as a Map of queues; key 0: none. */
class Model {
  readonly queues = new Map<number, ModelItem[]>()
  readonly items: ModelItem[] = []

  add(item: ModelItem): void {
    this.items.push(item)
    if (item.key === 0) return
    const queue = this.queues.get(item.key)
    if (queue === undefined) this.queues.set(item.key, [item])
    else {
      item.state = 'behind'
      queue.push(item)
    }
  }

  /** The item that becomes ready. */
  remove(item: ModelItem): ModelItem | undefined {
    this.items.splice(this.items.indexOf(item), 1)
    const queue = this.queues.get(item.key)
    if (queue === undefined) return undefined
    const wasFirst = queue[0] === item
    queue.splice(queue.indexOf(item), 1)
    if (queue.length === 0) this.queues.delete(item.key)
    const next = wasFirst ? queue[0] : undefined
    if (next !== undefined) next.state = 'ready'
    return next
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('add' as const), key: fc.integer({ min: 0, max: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom('start' as const, 'end' as const, 'hold' as const, 'makeReady' as const, 'drop' as const),
      pick: fc.nat(),
    }),
  },
)

type Made = Pick<Partitions, 'items' | 'add' | 'start' | 'makeReady' | 'hold' | 'remove' | 'first' | 'keyCount'>

function check(make: () => Made, numRuns = 300): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const subject = make()
      const model = new Model()
      let index = 0
      for (const action of steps) {
        if (action.does === 'add') {
          const item: ModelItem = { job: index % 3, index: index++, key: action.key, itemHandle: NONE, state: 'ready' }
          item.itemHandle = subject.add(item.job, item.index, action.key, action.key === 0 ? 0 : 9)
          model.add(item)
        } else act(subject, model, action)
        compare(subject, model)
      }
    }),
    { numRuns },
  )
}

function act(
  subject: Made,
  model: Model,
  action: { does: 'start' | 'end' | 'hold' | 'makeReady' | 'drop'; pick: number },
): void {
  const from = {
    start: ['ready'],
    end: ['running'],
    hold: ['running', 'ready'],
    makeReady: ['running', 'held'],
    drop: ['ready', 'behind', 'held'],
  }
  const candidates = model.items.filter(({ state }) => from[action.does].includes(state))
  const item = candidates[action.pick % candidates.length]
  if (item === undefined) return
  if (action.does === 'end' || action.does === 'drop') {
    expect(subject.remove(item.itemHandle)).toBe(model.remove(item)?.itemHandle ?? NONE)
    return
  }
  subject[action.does](item.itemHandle)
  item.state = action.does === 'start' ? 'running' : action.does === 'hold' ? 'held' : 'ready'
}

function compare(subject: Made, model: Model): void {
  const { items } = subject
  let wrong = items.count !== model.items.length || subject.keyCount !== model.queues.size
  for (const { itemHandle, state, job, index, key } of model.items) {
    wrong ||=
      items.state(itemHandle) !== ItemState[state] || items.job(itemHandle) !== job || items.index(itemHandle) !== index
    wrong ||= subject.first(itemHandle) !== (model.queues.get(key)?.[0]?.itemHandle ?? itemHandle)
  }
  if (wrong) expect.fail('partitions and model differ')
}

describe('Partitions', () => {
  test('ORD-1, ORD-2, ORD-4: keep every key like a queue of its own', () => {
    check(() => new Partitions())
  })

  test('ORD-1: the model finds partitions that forget to hold a key (seeded bug)', () => {
    class Forgetful extends Partitions {
      override add(job: number, index: number, low: number, high: number): number {
        return super.add(job, index, index % 5 === 4 ? 0 : low, index % 5 === 4 ? 0 : high)
      }
    }
    expect(() => check(() => new Forgetful(), 50)).toThrow()
  })

  test('ORD-2: the model finds partitions that let the last one of a key go first (seeded bug)', () => {
    class LastFirst extends Partitions {
      override remove(handle: number): number {
        const next = super.remove(handle)
        if (next === NONE || this.items.next(next) === next) return next
        this.items.setState(next, ItemState.behind)
        const other = this.items.next(next)
        this.items.setState(other, ItemState.ready)
        return other
      }
    }
    expect(() => check(() => new LastFirst(), 300)).toThrow()
  })

  test('use the handles of ended items again, and give the memory of many back', () => {
    const subject = new Partitions()
    const handles: number[] = []
    for (let n = 0; n < 50_000; n++) handles.push(subject.add(1, n, n, 1))
    expect(subject.bytes / 50_000).toBeLessThan(50)
    for (const handle of handles.slice(100)) subject.remove(handle)
    const { bytes } = subject
    let highest = 0
    for (let n = 0; n < 49_900; n++) highest = Math.max(highest, subject.add(2, n, n, 2))
    expect(highest).toBe(49_999)
    expect(subject.bytes).toBe(bytes)
  })

  test('go back to next to nothing when nothing is left', () => {
    const subject = new Partitions()
    const handles = Array.from({ length: 50_000 }, (_, n) => subject.add(1, n, n, 1))
    for (const handle of handles) subject.remove(handle)
    expect(subject.bytes).toBeLessThanOrEqual(16384 * ITEM_BYTES + 4096)
    expect(subject.items.state(subject.add(7, 3, 1, 1))).toBe(ItemState.ready)
  })

  test('count calls within 16 bits', () => {
    const { items, ...rest } = withItem()
    items.setTries(rest.itemHandle, 70_000, 66_000)
    expect([items.attempts(rest.itemHandle), items.throttled(rest.itemHandle)]).toEqual([65_535, 65_535])
    items.setTries(rest.itemHandle, 3, 40_000)
    expect([items.attempts(rest.itemHandle), items.throttled(rest.itemHandle)]).toEqual([3, 40_000])
  })
})

function withItem() {
  const subject = new Partitions()
  return { items: subject.items, itemHandle: subject.add(1, 2, 3, 4) }
}
