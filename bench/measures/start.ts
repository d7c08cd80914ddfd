import type { Measurement } from '../bench.ts'
import { Child } from '../child.ts'
import { atMost, result } from '../result.ts'
import { startFaultline } from '../subjects.ts'

/** From the start of the process to the first answer of /readyz, against a Node process that does nothing and ends. */
const ready: Measurement = {
  name: 'start',
  async run(bench) {
    const own: number[] = []
    const node: number[] = []
    for (let i = 0; i <= bench.pairs * 2; i++) {
      const from = performance.now()
      await new Child(process.execPath, ['-e', '0']).ended
      const between = performance.now()
      const faultline = await startFaultline()
      const to = performance.now()
      await faultline.stop()
      if (i === 0) continue
      node.push(between - from)
      own.push(to - between)
    }
    return [result('from start to ready', 'ms', { faultline: own, 'node -e 0': node }, { gate: atMost(8) })]
  },
}

export const START: readonly Measurement[] = [ready]
