import type { Job } from './load.ts'

/** Answers each job with its result, or with what went wrong. */
export function accept(carryOut: (job: Job) => Promise<unknown>): void {
  process.on('message', (message) => {
    carryOut(message as Job).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}
