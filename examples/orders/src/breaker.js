/** The callee failed often enough; it was not asked again. */
export class BreakerOpenError extends Error {
  name = 'BreakerOpenError'
}

/**
 * Stops asking after so many failures in a row; when it has been open for `openMs`, one call is let through to try.
 * @param {{ failures?: number, openMs?: number, now?: () => number }} options `now`: milliseconds of any clock
 */
export function createBreaker({ failures = 3, openMs = 10_000, now = () => performance.now() } = {}) {
  let failed = 0
  let openedAt = 0
  return {
    async call(work) {
      if (failed >= failures) {
        if (now() - openedAt < openMs) throw new BreakerOpenError('the last calls all failed')
        // Whoever comes next waits for what this one finds.
        openedAt = now()
      }
      try {
        const result = await work()
        failed = 0
        return result
      } catch (error) {
        if (++failed >= failures) openedAt = now()
        throw error
      }
    },
  }
}
