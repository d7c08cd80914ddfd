import type { Readable } from 'node:stream'

/**
 * Reads a stream to its end, if it is no longer than `limit` bytes. Above that it is left as it was: what was
 * read is put back and the stream goes on.
 * @returns undefined when there is more than `limit`
 */
export function collect(stream: Readable, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
    }
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= limit) return
      settle()
      stream.pause()
      stream.unshift(Buffer.concat(chunks))
      resolve(undefined)
    }
    const onEnd = (): void => {
      settle()
      resolve(Buffer.concat(chunks))
    }
    const onError = (error: Error): void => {
      settle()
      reject(error)
    }
    const onClose = (): void => {
      if (!stream.readableEnded) onError(Object.assign(new Error('the body broke off'), { code: 'ECONNRESET' }))
    }
    stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
  })
}

export const tooLarge = (whose: string): string => `the body of the ${whose} is larger than limits.body_for_faults`
