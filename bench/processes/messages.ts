/** Small messages whose delays are measured. */
export const MESSAGE_BYTES = 64

/** A path that a fault can be for: the first request on each connection asks for it. */
export const ENTRY = '/entry'

/** The monotonic clock of the machine, in ms: the same in every process. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** A message that carries the moment it was made. */
export function stamp(): Buffer {
  const message = Buffer.alloc(MESSAGE_BYTES)
  message.writeDoubleLE(machineMs(), 0)
  return message
}
