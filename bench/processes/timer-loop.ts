// As many timers a second as the latency measurement has messages, and nothing else: what Node's timers can do here.
// Usage: node timer-loop.js <timers> <delay in ms> <run time in ms>
import { machineMs } from './messages.ts'

const [timers = 500, delay = 100, runMs = 3000] = process.argv.slice(2).map(Number)
const late: number[] = []

function arm(): void {
  const due = machineMs() + delay
  setTimeout(() => {
    late.push(machineMs() - due)
    arm()
  }, delay)
}

for (let i = 0; i < timers; i++) setTimeout(arm, (i * delay) / timers)
setTimeout(() => {
  process.stdout.write(`${JSON.stringify(late)}\n`, () => process.exit())
}, runMs)
