/** A real client of a real server, used as its users would, with the client's own time limit of one second. */
export interface Session {
  /** The smallest round trip there is. */
  ask(): Promise<unknown>
  /** Takes bytes to the server and back. */
  carry(bytes: Buffer): Promise<Buffer>
  /** Never fails, whatever state the connection is in. */
  close(): Promise<void>
}

export const CLIENT_LIMIT_MS = 1000

/** Closing a client whose server is gone may fail or hang; neither matters to a test that has ended. */
export async function closeQuietly(close: () => unknown): Promise<void> {
  const limit = new Promise((resolve) => setTimeout(resolve, 500).unref())
  await Promise.race([
    Promise.resolve()
      .then(close)
      .catch(() => undefined),
    limit,
  ])
}
