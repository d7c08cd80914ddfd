import { expect, test } from 'vitest'
import type { PlannedStage } from '../../src/experiment/plan.ts'
import { Effects } from '../../src/experiment/timeline/effects.ts'
import type { StageEffect } from '../../src/experiment/timeline/stage-effect.ts'

const stage = (describe: string): PlannedStage => ({
  name: describe,
  index: 0,
  durationMs: 1,
  moveSpacingMs: 0,
  faults: [],
  effects: [{ type: 'thing', describe, faults: [], detail: undefined }],
})

interface Trial {
  readonly effects: Effects
  readonly log: string[]
  readonly failures: string[]
}

function useEffects(make: (name: string, log: string[]) => StageEffect): Trial {
  const log: string[] = []
  const failures: string[] = []
  const maker = ({ describe }: { describe: string }): StageEffect => make(describe, log)
  const effects = new Effects({ thing: maker }, { id: 'run_1', seed: 's' }, (what) => void failures.push(what))
  return { effects, log, failures }
}

const plain = (name: string, log: string[]): StageEffect => ({
  begin: () => void log.push(`begin ${name}`),
  end: () => void log.push(`end ${name}`),
})

test('effects begin and end with their stage, in the very turn', () => {
  const { effects, log } = useEffects(plain)
  const [a, b] = [stage('a'), stage('b')]
  effects.on(a)
  effects.on(b)
  effects.off(a)
  effects.on(a)
  expect(log).toEqual(['begin a', 'begin b', 'end a', 'begin a'])
})

test('what still begins is ended when it has begun, and the end waits for it', async () => {
  let go = (): void => undefined
  const { effects, log } = useEffects((name, told) => ({
    ...plain(name, told),
    begin: () => new Promise((resolve) => (go = resolve)),
  }))
  effects.on(stage('a'))
  const end = effects.end()
  expect(log).toEqual([])
  go()
  expect(await end).toEqual([])
  expect(log).toEqual(['end a'])
})

test('one that cannot begin is told of, and ended all the same; one that cannot end is a problem', async () => {
  const { effects, failures } = useEffects((name) => ({
    begin: () => (name === 'sync' ? refuse('no room') : Promise.reject(new Error('no way'))),
    end: () => refuse('no way back'),
  }))
  effects.on(stage('sync'))
  effects.on(stage('async'))
  expect(await effects.end()).toEqual(['sync: no way back', 'async: no way back'])
  expect(failures).toEqual(['sync: no room', 'async: no way'])
})

test('an effect that nobody carries out is refused', () => {
  const effects = new Effects({}, { id: 'r', seed: 's' }, () => undefined)
  expect(() => effects.on(stage('a'))).toThrow('nobody here carries out thing (a)')
})

function refuse(why: string): never {
  throw new Error(why)
}
