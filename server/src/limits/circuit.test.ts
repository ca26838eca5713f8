import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultCircuit } from '../model/channel.ts'
import { type CallHealth, Circuit, type CircuitSettings, type CircuitState } from './circuit.ts'

const SECOND = 1_000_000
const settings: CircuitSettings = { circuit: { ...defaultCircuit, minCalls: 4 }, connector: { timeoutMs: 10_000 } }
const probe = { jobRef: 1, index: 7 }

function opened(): Circuit {
  const circuit = new Circuit(settings)
  circuit.record({ calls: 4, failed: 2 }, SECOND)
  return circuit
}

describe('Circuit', () => {
  test('opens at the ratio, not below it nor with too few calls', () => {
    const circuit = new Circuit(settings)
    circuit.record({ calls: 3, failed: 3 }, SECOND)
    expect(circuit.state(SECOND)).toBe('closed')
    circuit.record({ calls: 4, failed: 0 }, SECOND)
    expect(circuit.state(SECOND)).toBe('closed')
    circuit.record({ calls: 1, failed: 1 }, SECOND)
    expect([circuit.state(SECOND), circuit.mayStart(SECOND), circuit.nextUs(SECOND)]).toEqual([
      'open',
      'none',
      31 * SECOND,
    ])
  })

  test('lets one probe through after openMs, and closes when it was answered', () => {
    const circuit = opened()
    expect(circuit.mayStart(31 * SECOND)).toBe('probe')
    circuit.startProbe(probe, 31 * SECOND)
    expect(circuit.mayStart(32 * SECOND)).toBe('none')
    circuit.probed('up', 32 * SECOND)
    expect([circuit.state(32 * SECOND), circuit.mayStart(32 * SECOND), circuit.sinceUs]).toEqual(['closed', 'all', 0])
    circuit.record({ calls: 3, failed: 3 }, 32 * SECOND)
    expect(circuit.state(32 * SECOND)).toBe('closed')
  })

  test('opens again when the probe failed, still knowing since when it is not closed', () => {
    const circuit = opened()
    circuit.startProbe(probe, 31 * SECOND)
    circuit.probed('down', 41 * SECOND)
    expect([circuit.state(41 * SECOND), circuit.openUntilUs, circuit.sinceUs]).toEqual(['open', 71 * SECOND, SECOND])
  })

  test('asks for another probe when one was returned uncalled, was asked to retry later, or was lost', () => {
    const circuit = opened()
    circuit.startProbe(probe, 31 * SECOND)
    circuit.cameBack({ jobRef: 1, index: 8 })
    expect(circuit.mayStart(31 * SECOND)).toBe('none')
    circuit.cameBack(probe)
    expect(circuit.mayStart(31 * SECOND)).toBe('probe')
    circuit.startProbe(probe, 31 * SECOND)
    circuit.probed('none', 32 * SECOND)
    expect(circuit.mayStart(32 * SECOND)).toBe('probe')
    circuit.startProbe(probe, 32 * SECOND)
    const overdueUs = circuit.nextUs(32 * SECOND)
    expect(overdueUs).toBe((32 + 30 + 20) * SECOND)
    expect([circuit.mayStart(overdueUs - 1), circuit.mayStart(overdueUs)]).toEqual(['none', 'probe'])
  })

  test('finds a channel of one call a second broken, and forgets what is long ago', () => {
    const slow: CircuitSettings = { ...settings, circuit: { ...defaultCircuit, minCalls: 20 } }
    const circuit = new Circuit(slow)
    for (let n = 1; n <= 20; n++) circuit.record({ calls: 1, failed: 1 }, n * SECOND)
    expect(circuit.state(20 * SECOND)).toBe('open')
    const rare = new Circuit(slow)
    for (let n = 1; n <= 40; n++) rare.record({ calls: 1, failed: 1 }, n * 20 * SECOND)
    expect(rare.state(800 * SECOND)).toBe('closed')
  })

  test('without a configuration it never opens', () => {
    const circuit = new Circuit({ ...settings, circuit: null })
    circuit.record({ calls: 1000, failed: 1000 }, SECOND)
    expect(circuit.mayStart(SECOND)).toBe('all')
  })

  test('does what a model does that keeps every call', () => {
    const config = fc.record({
      failureRatio: fc.constantFrom(0.1, 0.5, 1),
      minCalls: fc.integer({ min: 1, max: 30 }),
      openMs: fc.constantFrom(1, 5000, 30_000),
    })
    const step = fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 120_000 })),
      calls: fc.integer({ min: 0, max: 12 }),
      failedShare: fc.constantFrom(0, 0.3, 1),
      health: fc.constantFrom<CallHealth>('up', 'down', 'none'),
    })
    fc.assert(
      fc.property(config, fc.array(step, { maxLength: 80 }), (circuit, steps) => {
        const subject = new Circuit({ ...settings, circuit })
        const model = new ModelCircuit(circuit)
        let nowUs = SECOND
        for (const { waitMs, calls, failedShare, health } of steps) {
          nowUs += waitMs * 1000
          expect(subject.state(nowUs)).toBe(model.state(nowUs))
          if (subject.mayStart(nowUs) === 'probe') {
            subject.startProbe(probe, nowUs)
            subject.probed(health, nowUs)
            model.probed(health, nowUs)
          } else {
            const failed = Math.round(calls * failedShare)
            subject.record({ calls, failed }, nowUs)
            model.record(calls, failed, nowUs)
          }
          expect(subject.state(nowUs)).toBe(model.state(nowUs))
          // It never stands still for good: it says when to ask again, and then something may start.
          if (subject.mayStart(nowUs) === 'none') expect(subject.mayStart(subject.nextUs(nowUs))).toBe('probe')
        }
      }),
    )
  })
})

/** Keeps every call and adds them up anew each time. */
class ModelCircuit {
  readonly #config: NonNullable<CircuitSettings['circuit']>
  #seconds: { second: number; calls: number; failed: number }[] = []
  #openUntilUs = 0

  constructor(config: NonNullable<CircuitSettings['circuit']>) {
    this.#config = config
  }

  state(nowUs: number): CircuitState {
    return this.#openUntilUs === 0 ? 'closed' : nowUs < this.#openUntilUs ? 'open' : 'half_open'
  }

  record(calls: number, failed: number, nowUs: number): void {
    if (this.#openUntilUs !== 0 || calls === 0) return
    const second = Math.floor(nowUs / SECOND)
    const known = this.#seconds.find((one) => one.second === second)
    this.#seconds = this.#seconds.filter((one) => one !== known)
    this.#seconds.push({ second, calls: calls + (known?.calls ?? 0), failed: failed + (known?.failed ?? 0) })
    let counted = 0
    let down = 0
    for (const one of this.#seconds.toReversed()) {
      const age = second - one.second
      if (age >= 300 || (age >= 10 && counted >= this.#config.minCalls)) break
      counted += one.calls
      down += one.failed
    }
    if (failed > 0 && counted >= this.#config.minCalls && down >= counted * this.#config.failureRatio) this.#open(nowUs)
  }

  probed(health: CallHealth, nowUs: number): void {
    if (health === 'up') {
      this.#openUntilUs = 0
      this.#seconds = []
    } else if (health === 'down') this.#open(nowUs)
  }

  #open(nowUs: number): void {
    this.#openUntilUs = nowUs + this.#config.openMs * 1000
    this.#seconds = []
  }
}
