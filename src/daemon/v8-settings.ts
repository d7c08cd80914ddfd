import { setFlagsFromString } from 'node:v8'

/** glibc takes 32 MiB at most as a hint, and a young collection frees as much of what was read at once. */
const HINT_BYTES = 31 * 1024 ** 2

/**
 * A relay's every read is 64 KiB outside the heap, which V8 counts in when it asks whether the heap has grown.
 * After the first full collection (one comes while we load) its limit lies a few MB above our small heap: less than
 * what passes between two young collections, so bulk traffic would set off fifteen full collections a GiB and cost
 * half as much processor time again. Room for three times what lives is
 * enough for that; more of it would be seen in what thousands of idle connections take.
 */
export function growHeapFreely(nodeVersion: string): void {
  setFlagsFromString('--heap-growing-percent=300')
  // The young generation would grow from one to sixteen MB in a burst of connects and stay so: that was a quarter of
  // what thousands of idle connections take. Small, its collections are short too, which delays are seen to profit of.
  setFlagsFromString('--semi-space-growth-factor=1')
  // V8 puts objects straight among the old where those made at one place lived through a few young collections, as all
  // of the exchanges under way do, and never unlearns it. What dies there keeps the young objects it points to until the
  // next full collection: in the exchange lane every exchange grew old, and collecting took a quarter of all time.
  setFlagsFromString('--no-allocation-site-pretenuring')
  // V8 13 counts it apart, with a limit of its own that no flag moves. Others complain of a flag they do not know.
  if (nodeVersion.startsWith('v24.')) setFlagsFromString('--external-memory-accounted-in-global-limit')
  // glibc gives free memory back above a threshold, 128 KiB at first, and the kernel clears each page anew when it is
  // wanted again: half as much time as carrying the bytes. A freed mapping raises the threshold to twice its size.
  // No page of this one is ever touched.
  Buffer.allocUnsafeSlow(HINT_BYTES)
}

/**
 * What passes a byte on is a dozen small methods, one in the other. V8 stops after some of them, which ones depends on
 * what came first, and so does the rate, by up to a tenth from one start to the next.
 */
export function inlineFreely(): void {
  setFlagsFromString('--max-inlined-bytecode-size=1500')
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000')
}
