// Loaded into the daemon before anything else: lets a test look into it, and makes names under dead.test hang.
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void
dns.lookup = ((name: string, ...rest: unknown[]) => {
  if (!name.endsWith('dead.test')) lookup(name, ...rest)
}) as typeof dns.lookup
syncBuiltinESMExports()

const collect = (globalThis as { gc?: () => void }).gc

process.on('message', () => {
  // Twice: what a first collection finalises, a second one frees.
  collect?.()
  collect?.()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  process.send?.({ resources, ...process.memoryUsage() })
})
process.channel?.unref()
