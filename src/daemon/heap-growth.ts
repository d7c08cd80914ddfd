import { setFlagsFromString } from 'node:v8'

/**
 * A relay's every read is 64 KiB outside the heap, which V8 counts in when it asks whether the heap has grown.
 * After the first full collection (one comes while we load) its limit lies a few MB above our small heap: less than
 * what passes between two young collections, so bulk traffic would set off fifteen full collections a GiB and cost
 * half as much processor time again. Five times what lives leaves room enough.
 */
export function growHeapFreely(nodeVersion: string): void {
  setFlagsFromString('--heap-growing-percent=500')
  // V8 13 counts it apart, with a limit of its own that no flag moves. Others complain of a flag they do not know.
  if (nodeVersion.startsWith('v24.')) setFlagsFromString('--external-memory-accounted-in-global-limit')
}
