import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { scenarios } from '../simulation/scenarios.ts'
import { simulate, type SimulationRow } from '../simulation/simulate.ts'
import { PLOT, readSimulation, simulationPlot } from '../simulation/simulation-plot.ts'

const SMALL = { servers: 20, channels: 400 }

function row(name: string, seed = 1): SimulationRow {
  return simulate(
    scenarios.find((one) => one.name === name)!,
    SMALL,
    seed,
  )
}

describe('20 servers with an owner per channel, simulated', () => {
  it('give the same figures for the same seed', () => {
    expect(row('loss of 10 %', 7)).toEqual(row('loss of 10 %', 7))
  })

  it('ask the database the same few statements while nothing happens', () => {
    const quiet = row('quiet')
    expect(quiet).toMatchObject({ takeovers: 0, moves: 0, gaps: 0, ownerless: 0 })
    // Two looks a second with two statements each, and three beats in a lease.
    expect(quiet.statements / SMALL.servers).toBeLessThan(5)
  })

  it.each(['loss of 10 %', 'loss of 50 %', 'slow network, loss of 10 %'])(
    'take over all channels of lost servers and no other, within a lease and some seconds: %s',
    (name) => {
      const loss = row(name)
      expect(loss.ownerless).toBe(0)
      expect(loss.takeovers).toBe(loss.gaps)
      expect(loss.moves).toBe(loss.takeovers)
      expect(loss.unreadable!.max).toBeLessThan(15)
      // The longest call and its margin besides.
      expect(loss.uncalled!.max).toBeLessThan(27)
      expect(loss.balance).toBeLessThan(1.6)
    },
  )

  it('move each channel about twice in a rolling deploy, and lose none', () => {
    const deploy = row('rolling deploy')
    expect(deploy).toMatchObject({ takeovers: 0, ownerless: 0 })
    expect(deploy.moves).toBeLessThan(3 * SMALL.channels)
    expect(deploy.unreadable!.max).toBeLessThan(5)
  })

  it('take nothing over while the database is away', () => {
    expect(row('database away for 30 s')).toMatchObject({ takeovers: 0, moves: 0, ownerless: 0 })
  })
})

it('the plot in docs/scale.md is as `npm run generate` writes it', () => {
  expect(readFileSync(PLOT, 'utf8')).toBe(simulationPlot(readSimulation()))
})
