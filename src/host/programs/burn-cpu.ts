import { RealClock } from '../../kernel/clock.ts'
import { orphaned, workerProgram } from './program-link.ts'

interface Order {
  /** Share of a core, 0 to 1. */
  readonly load: number
}

/** One period of working and resting. */
const PERIOD_MS = 50
/** What a busy machine did not give is asked for again, but never more than this at once. */
const MOST_OWED_MS = 140

const clock = new RealClock()
const ownCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

// Goes by the processor time that it was really given: what is owed of one period is worked in the next.
workerProgram<Order>(({ load }) => {
  let cpuAt = ownCpuMs()
  let owed = 0
  let at = clock.now()
  const period = (): void => {
    if (orphaned()) process.exit(0)
    const now = clock.now()
    const cpu = ownCpuMs()
    owed = Math.max(-MOST_OWED_MS, Math.min(owed + (now - at) * load - (cpu - cpuAt), MOST_OWED_MS))
    at = now
    cpuAt = cpu
    // For the period that begins, beside what is owed from those before; the next one sees what it really took.
    const budget = owed + PERIOD_MS * load
    const end = now + PERIOD_MS
    if (budget > 0) burn(Math.min(budget, PERIOD_MS), end)
    // Where there is nothing to rest, the loop still turns once, to hear of the daemon's end.
    if (clock.now() >= end || load === 1) clock.soon(period)
    else clock.at(end, period)
  }
  period()
})

/** Works until so much processor time is spent, or the period is over. */
function burn(budgetMs: number, end: number): void {
  const until = ownCpuMs() + budgetMs
  let value = 1
  while (ownCpuMs() < until && clock.now() < end) {
    for (let i = 0; i < 2000; i++) value = Math.sqrt(value + i)
  }
  // Whoever sees that the value is never used could leave the work out.
  if (Number.isNaN(value)) throw new Error('unreachable')
}
